/** How deep an expression nests where the bodies of the defs that it calls stand in the place of the calls. */
import type { Expression } from '../../../syntax/ast.ts'
import { childrenOf, isExpression } from '../../../syntax/children.ts'
import type { Def, Model } from '../../model.ts'

type Tables = Pick<Model, 'referenceOf'>

/** As deep as one text may nest by itself. */
export const DEPTH_LIMIT = 200

const defs = new WeakMap<Def, number>()

/**
 * Expressions that were reported to be beyond a bound. What calls a def with such a body is so too, and that is no further
 * mistake: what is worked out of it is NaN, which is beyond nothing.
 */
export const beyondBounds = new WeakSet<Expression>()

/**
 * Levels. A parameter of a def is one, as its argument is worked out before the body. NaN where a def is among them that is
 * beyond a bound.
 */
export function depthOf(expression: Expression, tables: Tables): number {
  let deepest = calleeDepth(expression, tables)
  for (const child of childrenOf(expression)) if (isExpression(child)) deepest = Math.max(deepest, depthOf(child, tables))
  return deepest + 1
}

function calleeDepth(expression: Expression, tables: Tables): number {
  if (expression.kind !== 'Call') return 0
  const reference = tables.referenceOf(expression)
  if (reference?.kind !== 'def') return 0
  const { def } = reference
  const known = defs.get(def)
  if (known !== undefined) return known
  const depth = beyondBounds.has(def.body) ? Number.NaN : def.params.length + depthOf(def.body, tables)
  defs.set(def, depth)
  return depth
}
