import type { IncomingMessage } from 'node:http'
import { isoTime } from '../../base/units.ts'
import { type CandidateStatus, decidesSome, type LastNote } from '../../policy/index.ts'
import type { PolicyControl } from '../../policy/policy-control.ts'
import type { AdminAnswer, AdminCall } from './admin-call.ts'
import { type AdminProblem, problem, unavailable } from './problem.ts'
import { hasBody, readJsonBody } from './read-json-body.ts'
import { shownStatus } from './readiness.ts'
import { whileRecorded } from './while-recorded.ts'

export async function showRollout({ deps }: AdminCall): Promise<AdminAnswer | AdminProblem> {
  const deciding = deps.deciding()
  return deciding === null ? unavailable() : { status: 200, body: await shown(deciding) }
}

/** Rolls back the candidate in all workers and quarantines it. Without a candidate, restores the previous policy. */
export async function rollBack(call: AdminCall, request: IncomingMessage): Promise<AdminAnswer | AdminProblem> {
  const { caller, source, deps } = call
  const read = hasBody(request) ? await readJsonBody(request) : { body: {} }
  if (!('body' in read)) return read
  // `candidate: true` protects the active policy if the candidate has already ended.
  const { candidate = false, ...others } = read.body
  if (typeof candidate !== 'boolean' || Object.keys(others).length > 0)
    return problem(400, 'malformed', 'the body must be empty, or `{ "candidate": true }`')
  const deciding = deps.deciding()
  if (deciding === null) return unavailable()
  return await whileRecorded(deps, async () => {
    const asking = { by: caller.by, source }
    const ended = await deciding.candidate.rollBack(asking)
    if (ended === true) return { status: 200, body: await shown(deciding) }
    if (ended !== false) return problem(503, 'unavailable', ended.message)
    if (candidate) return problem(409, 'refused', 'no candidate is active, so none can be ended')
    const activation = await deciding.policy.rollback(asking)
    if (activation.kind === 'refused') return problem(409, 'refused', activation.message)
    return { status: 200, body: await shown(deciding) }
  })
}

/** Lifts the quarantine of a rolled-back policy, and polls the bundle source at once. */
export async function release({ caller, source, deps }: AdminCall): Promise<AdminAnswer | AdminProblem> {
  const deciding = deps.deciding()
  if (deciding === null) return unavailable()
  return await whileRecorded(deps, async () => {
    const released = await deciding.policy.release({ by: caller.by, source })
    if (released === false) return problem(409, 'refused', 'no policy is quarantined, so none can be released')
    if (released !== true) return problem(503, 'unavailable', released.message)
    deciding.policy.refresh()
    return { status: 200, body: await shown(deciding) }
  })
}

/** Polls the bundle source at once instead of at the next interval. */
export async function refresh({ deps }: AdminCall): Promise<AdminAnswer | AdminProblem> {
  const deciding = deps.deciding()
  if (deciding === null) return unavailable()
  deciding.policy.refresh()
  return { status: 202, body: await shown(deciding) }
}

export async function shown({ policy: { status }, candidate: rollout }: PolicyControl): Promise<object> {
  const { candidate, last } = await rollout.status()
  return {
    ...shownStatus(status),
    candidate: candidate && candidateJson(candidate),
    last: last && shownLast(last),
  }
}

function candidateJson({ begun, since, next, share, plan, problem: trouble, tally, rules, ...rest }: CandidateStatus): object {
  return {
    ...rest,
    stage: decidesSome(share) ? 'canary' : 'shadow',
    begun: isoTime(begun),
    since: isoTime(since),
    next: next === null ? null : isoTime(next),
    share: { percent: share.parts / 100, services: share.services, whole: share.whole ?? [] },
    plan: plan.map(({ share, time }) => ({ percent: share.parts / 100, services: share.services, time })),
    problem: trouble && { ...trouble, at: isoTime(trouble.at) },
    tally: tally && { ...tally, ofStep: undefined, ended: undefined },
    rules: shownRules(rules),
  }
}

/** Formats shares as percentages. */
function shownRules({ promote, requests, rollback: { failed, after, ...shares } }: CandidateStatus['rules']): object {
  const percents = Object.entries(shares).map(([name, parts]) => [name, parts === null ? null : parts / 100])
  return { promote, requests, rollback: { ...Object.fromEntries(percents), failed, after } }
}

function shownLast({ at, ...rest }: LastNote): object {
  return { ...rest, at: isoTime(at) }
}
