import { evaluateCall } from '../../compiler/ir/evaluation/evaluate-call.ts'
import type { DecisionStep, Expr, Program } from '../../compiler/ir/index.ts'
import { type Edge, FALSE } from '../bdd/bdd.ts'
import type { Context } from './context.ts'
import { SENDABLE } from './domains.ts'
import { meaningOf } from './meaning.ts'
import { met } from './requirements.ts'
import { casesOf, readable } from './values.ts'

/**
 * Returns the set of requests that a route permits: no forbid applies, and a permit applies with its requirements met
 * (`spec/language/decision.md`, steps 8 and 9). A decision before the body is read does not change the result, as it only refuses
 * requests that are refused with the body.
 */
export function permitted({ trace }: Program, context: Context): Edge {
  const { diagram } = context.world
  const enforced = trace.filter(({ shadow }) => !shadow)
  const forbidden = diagram.any(enforced.filter(({ effect }) => effect === 'forbid').map((step) => stands(step, context)))
  const allowed = diagram.any(enforced.filter(({ effect }) => effect === 'permit').map((step) => allows(step, context)))
  return diagram.and(allowed, diagram.not(forbidden))
}

/**
 * Returns the set of requests to which a forbid applies. A forbid also applies if its condition errs. It never applies if a
 * requirement in its `unless` is met.
 */
export function stands({ test, requires }: DecisionStep, context: Context): Edge {
  const { diagram } = context.world
  const { no } = meaningOf(test, context)
  return diagram.not(diagram.any([no, ...requires.map((one) => met(one, context))]))
}

function allows(step: DecisionStep, context: Context): Edge {
  const { diagram } = context.world
  return diagram.all([holds(step, context), ...step.requires.map((one) => met(one, context))])
}

/**
 * Returns the set of requests for which a permit's condition is true and its obligations can be computed. Ignores its
 * requirements.
 */
export function holds(step: DecisionStep, context: Context): Edge {
  return context.world.diagram.and(meaningOf(step.test, context).yes, obliges(step, context))
}

/**
 * Returns the set of requests for which a permit's obligations can be computed: the key of its limit, and valid values of its
 * headers.
 */
export function obliges({ limit, headers }: Pick<DecisionStep, 'limit' | 'headers'>, context: Context): Edge {
  const key = limit?.by ? [readable(limit.by, context)] : []
  return context.world.diagram.all([...key, ...headers.map(({ value }) => sendable(value, context))])
}

/** Returns where a value is readable and valid in a header (`spec/language/obligations.md`). */
function sendable(value: Expr, context: Context): Edge {
  const { world } = context
  const { diagram } = world
  return diagram.any(
    casesOf(value, context).map(({ when, value: one }) => {
      if (one.kind === 'constant') return evaluateCall('string.matches', [one.value, SENDABLE]) === true ? when : FALSE
      return diagram.and(when, world.test(one, { kind: 'text', test: { kind: 'matches', pattern: SENDABLE } }))
    }),
  )
}
