import type { IncomingMessage } from 'node:http'
import type { Operator } from '../../base/operator.ts'
import { type Declined, isTransient, type Wanted } from '../../policy/index.ts'
import type { PolicyControl } from '../../policy/policy-control.ts'
import type { AdminAnswer, AdminCall } from './admin-call.ts'
import { type AdminProblem, problem, unavailable } from './problem.ts'
import { type Members, readFileBody, readJsonBody } from './read-json-body.ts'
import { shown } from './rollout.ts'
import { whileRecorded } from './while-recorded.ts'

/** Maximum bytes, as for a source. */
const MOST_BUNDLE = 16 << 20

/**
 * Makes the policy of the uploaded bundle the candidate in shadow mode: it is compared with the active policy but decides no
 * requests. Without a bundle, moves the current candidate back to shadow mode.
 */
export async function shadow(call: AdminCall, request: IncomingMessage): Promise<AdminAnswer | AdminProblem> {
  const bytes = await readFileBody(request, MOST_BUNDLE)
  if (bytes !== null && 'code' in bytes) return bytes
  return await act(call, ({ candidate }, asking) => candidate.shadow(bytes, asking))
}

export async function canary(call: AdminCall, request: IncomingMessage): Promise<AdminAnswer | AdminProblem> {
  const read = await readJsonBody(request)
  if (!('body' in read)) return read
  const wanted = readWanted(read.body)
  if (typeof wanted === 'string') return problem(400, 'malformed', wanted)
  return await act(call, ({ candidate }, asking) => candidate.canary(wanted, asking))
}

export async function promote(call: AdminCall, request: IncomingMessage): Promise<AdminAnswer | AdminProblem> {
  const read = await readJsonBody(request)
  if (!('body' in read)) return read
  const { early = false, ...others } = read.body
  if (typeof early !== 'boolean') return problem(400, 'malformed', '`early` must be `true` or `false`')
  const unknown = unknownIn(others)
  if (unknown !== null) return problem(400, 'malformed', unknown)
  return await act(call, ({ candidate }, asking) => candidate.promote({ early }, asking))
}

async function act(
  { caller, source, deps }: AdminCall,
  how: (deciding: PolicyControl, asking: Operator) => Promise<Declined | null>,
): Promise<AdminAnswer | AdminProblem> {
  const deciding = deps.deciding()
  if (deciding === null) return unavailable()
  return await whileRecorded(deps, async () => {
    const declined = await how(deciding, { by: caller.by, source })
    if (declined === null) return { status: 200, body: await shown(deciding) }
    const { message } = declined
    // These errors do not concern the bundle.
    return isTransient(declined) ? problem(503, 'unavailable', message) : problem(409, 'refused', message)
  })
}

/** Returns a sentence if the request is invalid. */
function readWanted({ percent, services = [], labels = [], ...others }: Members): Wanted | string {
  const parts = typeof percent === 'number' ? Math.round(percent * 100) : 0
  if (parts < 1 || parts > 10_000) return '`percent` must be a number from 0.01 to 100'
  if (!isNames(services) || !isNames(labels)) return '`services` and `labels` must be lists of names'
  return unknownIn(others) ?? { parts, services, labels }
}

function unknownIn(others: Members): string | null {
  const [unknown] = Object.keys(others)
  return unknown === undefined ? null : `unknown service or label \`${unknown.slice(0, 60)}\``
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 1000 && value.every((one) => typeof one === 'string' && one.length <= 200)
}
