import type { DecisionRequest, PolicyModule, RouteProgram, Trace } from '../../abi/index.ts'
import { decisionRequest } from './decision-request.ts'
import { inSlices } from './in-slices.ts'
import { outcomeAt } from './outcome-at.ts'
import { noData, type Policy } from './policy.ts'

const READ = {
  method: 'GET',
  host: 'warm.invalid',
  path: '/',
  headers: { get: () => undefined, count: () => 0 },
  sourceIp: '192.0.2.1',
}
const CIRCUMSTANCES = { time: 1_767_268_800_000_000_000n, mtls: null, data: noData }

/**
 * Calls the functions of a policy once or twice before it serves, so that the first request does not pay for compiling them and a decision
 * that throws, or that is none, is found before it can be asked for. Throws what the policy throws.
 */
export async function warm(policy: Policy): Promise<void> {
  const rest = inSlices()
  for (const route of policy.module.routes) {
    const query = emptyQuery(route)
    const request = decisionRequest({ ...READ, segments: sampleSegments(route) }, CIRCUMSTANCES, query, undefined)
    const judged = route.data.length === 0 && (route.query === null || query !== null)
    if (judged && route.early !== null) checkEarly(policy.module, route.early(policy.anonymous, request))
    if (judged && route.body === null) warmRoute(policy, route, request)
    else
      try {
        warmRoute(policy, route, request)
      } catch {
        // What it lacks here, no request lacks that gets so far: it has been compiled, and may not be judged by that.
      }
    await rest()
  }
}

function emptyQuery({ query }: RouteProgram): object | null {
  if (query === null) return null
  const values: Record<string, readonly string[]> = Object.create(null)
  for (const { name } of query.keys) values[name] = []
  return query.read(values)
}

function warmRoute({ module, anonymous }: Policy, route: RouteProgram, request: DecisionRequest): void {
  for (let round = 0; round < 2; round++) outcomeAt(module, route.decide(anonymous, request))
  checkTrace(route.trace(anonymous, request))
}

function checkEarly(module: PolicyModule, index: number): void {
  if (index !== -1) outcomeAt(module, index)
}

function checkTrace(trace: Trace): void {
  const { rules, errors, shadow, obligations } = trace
  if (![rules, errors, shadow, obligations.limits].every(Array.isArray)) throw new Error('a decision comes without its parts')
}

/** Of a path that goes with the template. */
function sampleSegments({ segments }: RouteProgram): readonly string[] {
  return segments.map((segment) => {
    if (segment.kind === 'literal') return segment.text
    if (segment.kind === 'rest') return 'x'
    return `${segment.prefix}${segment.type === 'int' ? '0' : 'x'}${segment.suffix}`
  })
}
