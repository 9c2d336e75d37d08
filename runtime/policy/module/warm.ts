import { pauses } from '../../base/waiting.ts'
import type { RequestHandle } from '../../realm/program/program.ts'
import { outcomeAt } from './ask.ts'
import { noData } from './facts.ts'
import type { Policy } from './policy.ts'
import type { RouteEntry } from './tables.ts'

const READ = {
  method: 'GET',
  host: 'warm.invalid',
  path: '/',
  headers: { get: () => undefined, count: () => 0 },
  sourceIp: '192.0.2.1',
}
const CIRCUMSTANCES = { time: 1_767_268_800_000_000_000n, mtls: null, data: noData }

/**
 * Calls the functions of a policy before it serves requests. The calls compile them, and find decisions that throw or are
 * invalid.
 *
 * @throws errors of the policy
 */
export async function warm(policy: Policy): Promise<void> {
  const rest = pauses()
  for (const route of policy.module.routes) {
    const query = route.query === null ? null : policy.query(route.index, NO_VALUES)
    const judged = route.data.length === 0 && (route.query === null || query !== null)
    const request = policy.request(route.index, { ...READ, segments: sampleSegments(route) }, CIRCUMSTANCES, query, null)
    if (judged && route.hasBody) checkEarly(policy, policy.early(route.index, policy.anonymous, request))
    if (judged && !route.hasBody) warmRoute(policy, route, request)
    else
      try {
        warmRoute(policy, route, request)
      } catch {
        // Missing data here never reach a decision; compiled is enough.
      }
    await rest()
  }
}

/** Without a prototype, as of requests: a key may be called `constructor`. */
const NO_VALUES: Readonly<Record<string, readonly string[]>> = Object.freeze(Object.create(null))

function warmRoute(policy: Policy, { index }: RouteEntry, request: RequestHandle): void {
  outcomeAt(policy.module, policy.tryOut(index, policy.anonymous, request))
}

function checkEarly(policy: Policy, index: number): void {
  if (index !== -1) outcomeAt(policy.module, index)
}

/** Returns segments that match the template. */
function sampleSegments({ segments }: RouteEntry): readonly string[] {
  return segments.map((segment) => {
    if (segment.kind === 'literal') return segment.text
    if (segment.kind === 'rest') return 'x'
    return `${segment.prefix}${segment.type === 'int' ? '0' : 'x'}${segment.suffix}`
  })
}
