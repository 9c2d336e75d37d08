import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DecisionRequest, ParamValue, RouteProgram, Trace } from '../../abi/index.ts'
import { outcomeAt } from './outcome-at.ts'
import type { Policy } from './policy.ts'

/** Milliseconds; then whoever else waits for the event loop has a turn. */
const SLICE = 4

const REQUEST: DecisionRequest = {
  method: 'GET',
  host: 'warm.invalid',
  path: '/',
  headers: { get: () => undefined, count: () => 0 },
  sourceIp: '192.0.2.1',
}

/**
 * Calls every function of a policy once or twice before it serves, so that the first request does not pay for compiling them and a decision
 * that throws, or that is none, is found before it can be asked for. Throws what the policy throws.
 */
export async function warm(policy: Policy): Promise<void> {
  let start = performance.now()
  for (const route of policy.module.routes) {
    const params = sampleParams(route)
    for (let round = 0; round < 2; round++) outcomeAt(policy.module, route.decide(policy.anonymous, params, REQUEST))
    checkTrace(policy, route.trace(policy.anonymous, params, REQUEST))
    if (performance.now() - start > SLICE) {
      await nextTurn()
      start = performance.now()
    }
  }
}

function checkTrace(policy: Policy, trace: Trace): void {
  outcomeAt(policy.module, trace.outcome)
  if (!Array.isArray(trace.rules) || !Array.isArray(trace.errors)) throw new Error('a decision comes without rules or errors')
}

/** Values of the right types: a label of the host first where there is one more parameter than the template has. */
function sampleParams(route: RouteProgram): readonly ParamValue[] {
  const values = route.segments.flatMap((segment): readonly ParamValue[] =>
    segment.kind === 'literal' ? [] : segment.kind === 'param' && segment.type === 'int' ? [0] : ['x'],
  )
  return route.params.length > values.length ? ['x', ...values] : values
}
