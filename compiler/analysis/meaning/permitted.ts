import type { Program, Step } from '../../ir/index.ts'
import type { Edge } from '../diagram/diagram.ts'
import type { Context } from './context.ts'
import { meaningOf } from './meaning.ts'
import { met } from './requirements.ts'
import { readable } from './values.ts'

/**
 * Where a route permits: no forbid stands, and a permit holds with all that it requires (`spec/language/decision.md`, steps 8 and 9). Whether the body is read before that changes nothing about it: what
 * is refused without it is refused with it.
 */
export function permitted({ trace }: Program, context: Context): Edge {
  const { diagram } = context.world
  const enforced = trace.filter(({ shadow }) => !shadow)
  const forbidden = diagram.any(enforced.filter(({ effect }) => effect === 'forbid').map((step) => stands(step, context)))
  const allowed = diagram.any(enforced.filter(({ effect }) => effect === 'permit').map((step) => allows(step, context)))
  return diagram.and(allowed, diagram.not(forbidden))
}

/** A forbid that errs stands; one requirement that is met settles it, whatever else errs. */
function stands({ test, requires }: Step, context: Context): Edge {
  const { diagram } = context.world
  const { no } = meaningOf(test, context)
  return diagram.not(diagram.any([no, ...requires.map((one) => met(one, context))]))
}

/** A permit errs where what it obliges to does. */
function allows({ test, requires, limit, headers }: Step, context: Context): Edge {
  const { diagram } = context.world
  const { yes } = meaningOf(test, context)
  const values = [...(limit?.by ? [limit.by] : []), ...headers.map(({ value }) => value)]
  return diagram.all([yes, ...requires.map((one) => met(one, context)), ...values.map((value) => readable(value, context))])
}
