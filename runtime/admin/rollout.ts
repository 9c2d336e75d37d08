import type { AdminAnswer, AdminCall } from './admin-call.ts'
import type { Deciding } from './deciding.ts'
import { type AdminProblem, problem } from './problem.ts'
import { whileRecorded } from './while-recorded.ts'

export async function showRollout({ deps }: AdminCall): Promise<AdminAnswer | AdminProblem> {
  const deciding = deps.deciding()
  return deciding === null ? unavailable() : { status: 200, body: shown(deciding) }
}

/** The policy before this one decides again, everywhere. */
export async function rollBack({ caller, source, deps }: AdminCall): Promise<AdminAnswer | AdminProblem> {
  const deciding = deps.deciding()
  if (deciding === null) return unavailable()
  return await whileRecorded(deps, async () => {
    const activation = await deciding.policy.goBack({ by: caller.by, source })
    if (activation.kind === 'refused') return problem(409, 'refused', activation.message)
    return { status: 200, body: shown(deciding) }
  })
}

/** What was gone back from may be taken again: the source is asked for it now. */
export async function release({ caller, source, deps }: AdminCall): Promise<AdminAnswer | AdminProblem> {
  const deciding = deps.deciding()
  if (deciding === null) return unavailable()
  return await whileRecorded(deps, async () => {
    const released = await deciding.policy.release({ by: caller.by, source })
    if (released === false) return problem(409, 'refused', 'no policy was gone back from')
    if (released !== true) return problem(503, 'unavailable', released.message)
    deciding.policy.look()
    return { status: 200, body: shown(deciding) }
  })
}

/** Somebody has put a bundle to where it comes from: it is not waited for. */
export async function look({ deps }: AdminCall): Promise<AdminAnswer | AdminProblem> {
  const deciding = deps.deciding()
  if (deciding === null) return unavailable()
  deciding.policy.look()
  return { status: 202, body: shown(deciding) }
}

function shown({ policy: { status } }: Deciding): object {
  const { active, lastError, held, confirmed, stale, expires, expired, activations } = status
  return {
    active: active && { ...active, since: timeOf(active.since) },
    held,
    lastError: lastError && { ...lastError, at: timeOf(lastError.at) },
    confirmed: confirmed === null ? null : timeOf(confirmed),
    stale,
    expires: expires === null ? null : timeOf(expires),
    expired,
    activations,
  }
}

function unavailable(): AdminProblem {
  return problem(503, 'unavailable', 'there is no policy yet', { 'retry-after': '1' })
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
