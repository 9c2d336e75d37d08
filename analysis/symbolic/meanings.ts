import type { Expr } from '../../compiler/ir/index.ts'
import { FALSE, TRUE } from '../bdd/bdd.ts'
import { type Context, type Meaning, written } from './context.ts'
import type { Value } from './symbolic-domain.ts'
import { expressionKey } from './values.ts'

export const ALWAYS: Meaning = { yes: TRUE, no: FALSE }
export const NEVER: Meaning = { yes: FALSE, no: TRUE }

export function truthOf(value: Value, context: Context): Meaning {
  if (value.kind === 'constant') return value.value === true ? ALWAYS : NEVER
  return settled(context.world.truth(value), context)
}

export function settled(yes: Meaning['yes'], { world }: Context): Meaning {
  return { yes, no: world.diagram.not(yes) }
}

/** Combines mutually exclusive cases into one meaning: for each request, that of the case whose condition `when` holds. */
export function anyMeaning(
  cases: readonly { readonly when: Meaning['yes']; readonly meaning: Meaning }[],
  { world: { diagram } }: Context,
): Meaning {
  return {
    yes: diagram.any(cases.map(({ when, meaning }) => diagram.and(when, meaning.yes))),
    no: diagram.any(cases.map(({ when, meaning }) => diagram.and(when, meaning.no))),
  }
}

/**
 * Returns the meaning of a condition that the analysis cannot model: a free variable. Equal expressions get the same variable.
 */
export function opaqueMeaning(expression: Expr, context: Context): Meaning {
  const { world } = context
  const key = expressionKey(expression, context)
  const from = written(expression, context)
  const is = world.opaque({ key, ...from })
  if (!expression.fails) return settled(is, context)
  const succeeds = world.opaque({ key: `${key} does not err`, ...from })
  return { yes: world.diagram.and(is, succeeds), no: world.diagram.and(world.diagram.not(is), succeeds) }
}
