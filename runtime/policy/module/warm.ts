import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DecisionRequest, ParamValue, PolicyModule, RouteProgram, Trace } from '../../abi/index.ts'
import { decisionRequest } from './decision-request.ts'
import { outcomeAt } from './outcome-at.ts'
import { noData, type Policy } from './policy.ts'

/** Milliseconds; then whoever else waits for the event loop has a turn. */
const SLICE = 4

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
  let start = performance.now()
  for (const route of policy.module.routes) {
    const query = emptyQuery(route)
    const request = decisionRequest(READ, CIRCUMSTANCES, query, undefined)
    const judged = route.data.length === 0 && (route.query === null || query !== null)
    if (judged && route.early !== null) checkEarly(policy.module, route.early(policy.anonymous, sampleParams(route), request))
    if (judged && route.body === null) warmRoute(policy, route, request)
    else
      try {
        warmRoute(policy, route, request)
      } catch {
        // What it lacks here, no request lacks that gets so far: it has been compiled, and may not be judged by that.
      }
    if (performance.now() - start > SLICE) {
      await nextTurn()
      start = performance.now()
    }
  }
}

function emptyQuery({ query }: RouteProgram): object | null {
  if (query === null) return null
  const values: Record<string, readonly string[]> = Object.create(null)
  for (const { name } of query.keys) values[name] = []
  return query.read(values)
}

function warmRoute({ module, anonymous }: Policy, route: RouteProgram, request: DecisionRequest): void {
  const params = sampleParams(route)
  for (let round = 0; round < 2; round++) outcomeAt(module, route.decide(anonymous, params, request))
  checkTrace(route.trace(anonymous, params, request))
}

function checkEarly(module: PolicyModule, index: number): void {
  if (index !== -1) outcomeAt(module, index)
}

function checkTrace(trace: Trace): void {
  const { rules, errors, shadow, obligations } = trace
  if (![rules, errors, shadow, obligations.limits].every(Array.isArray)) throw new Error('a decision comes without its parts')
}

/** Values of the right types: a label of the host first where there is one more parameter than the template has. */
function sampleParams(route: RouteProgram): readonly ParamValue[] {
  const values = route.segments.flatMap((segment): readonly ParamValue[] =>
    segment.kind === 'literal' ? [] : segment.kind === 'param' && segment.type === 'int' ? [0] : ['x'],
  )
  return route.params.length > values.length ? ['x', ...values] : values
}
