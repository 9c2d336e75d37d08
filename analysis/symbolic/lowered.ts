import { type Expr, lower, mapChildren, type Origins, type PolicyIr } from '../../compiler/ir/index.ts'
import { lowerExpression } from '../../compiler/ir/lowering/lower-expression.ts'
import type { Lowering } from '../../compiler/ir/lowering/lowering.ts'
import { foldConstants } from '../../compiler/passes/fold-constants.ts'
import { wholePass } from '../../compiler/passes/pass.ts'
import { settleComparisons } from '../../compiler/passes/settle-comparisons.ts'
import { simplify } from '../../compiler/passes/simplify.ts'
import type { Model } from '../../language/checker/model.ts'
import { turnNegations } from './turn-negations.ts'

/** The compiler's folding passes, which preserve each expression's value and whether it errs. */
const FOLDS = [
  ...[foldConstants, simplify, settleComparisons].map(({ local }) => local as (expression: Expr) => Expr),
  turnNegations,
]

/** A policy prepared for symbolic analysis: translated to IR with constants folded, and the source of each expression. */
export class Lowered {
  readonly ir: PolicyIr
  readonly origins: Origins = new Map()
  readonly #model: Model
  readonly #folded = new Map<Expr, Expr>()

  constructor(model: Model) {
    this.#model = model
    this.ir = wholePass('fold', () => (expression) => this.#fold(expression)).run(lower(model, undefined, this.origins))
  }

  condition(expression: Parameters<typeof lowerExpression>[0], { route, caller }: Pick<Lowering, 'route' | 'caller'>): Expr {
    return this.#fold(lowerExpression(expression, { model: this.#model, route, caller, origins: this.origins }))
  }

  #fold(expression: Expr): Expr {
    const known = this.#folded.get(expression)
    if (known !== undefined) return known
    const inside = mapChildren(expression, (child) => this.#fold(child))
    const folded = FOLDS.reduce((before, fold) => fold(before), inside)
    this.#folded.set(expression, folded)
    const origin = this.origins.get(expression)
    for (const made of [inside, folded]) if (origin !== undefined && !this.origins.has(made)) this.origins.set(made, origin)
    return folded
  }
}
