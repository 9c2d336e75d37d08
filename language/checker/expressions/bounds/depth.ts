/** The depth of an expression after inlining the bodies of the defs that it calls. */
import type { Expression } from '../../../syntax/ast.ts'
import { childrenOf, isExpression } from '../../../syntax/children.ts'
import type { Def, Model } from '../../model.ts'

type Tables = Pick<Model, 'referenceOf'>

/**
 * The maximum depth of an expression, including the defs that it calls, in levels: the same as the parser's limit for one text.
 */
export const DEPTH_LIMIT = 200

const defs = new WeakMap<Def, number>()

/**
 * Expressions that exceed a bound. The depth and cost of a call of such a def are NaN, which exceeds no bound, so the call is not
 * reported again.
 */
export const beyondBounds = new WeakSet<Expression>()

/**
 * Returns the depth of an expression in levels. A def's parameter counts as one level, as it is evaluated first. Returns NaN if a
 * called def exceeds a bound.
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
