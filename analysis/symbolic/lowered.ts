import {
  type Expr,
  type IdentityIr,
  lowerIdentities,
  mapChildren,
  type Origins,
  type Program,
  type RouteIr,
  routeLowering,
} from '../../compiler/ir/index.ts'
import { lowerExpression } from '../../compiler/ir/lowering/lower-expression.ts'
import type { Lowering } from '../../compiler/ir/lowering/lowering.ts'
import { foldConstants } from '../../compiler/passes/fold-constants.ts'
import { rewriterOf } from '../../compiler/passes/pass.ts'
import { settleComparisons } from '../../compiler/passes/settle-comparisons.ts'
import { simplify } from '../../compiler/passes/simplify.ts'
import type { Model, Route } from '../../language/checker/model.ts'
import { turnNegations } from './turn-negations.ts'

/** The compiler's folding passes, which preserve each expression's value and whether it errs. */
const FOLDS = [
  ...[foldConstants, simplify, settleComparisons].map(({ local }) => local as (expression: Expr) => Expr),
  turnNegations,
]

/**
 * A policy prepared for symbolic analysis: translated to IR with constants folded, and the source of each expression. A route is
 * prepared when it is asked for, as an analysis may need only a few.
 */
export class Lowered {
  readonly identities: readonly IdentityIr[]
  readonly origins: Origins = new Map()
  readonly #model: Model
  readonly #lower: (route: Route) => RouteIr
  readonly #rewriter = rewriterOf((expression) => this.#fold(expression))
  readonly #folded = new Map<Expr, Expr>()
  readonly #programs = new Map<Program, Program>()
  readonly #routes = new Map<Route, RouteIr>()

  constructor(model: Model) {
    this.#model = model
    this.#lower = routeLowering(model, undefined, this.origins)
    this.identities = lowerIdentities(model, this.origins).map(this.#rewriter.identity)
  }

  route(route: Route): RouteIr {
    const known = this.#routes.get(route)
    if (known !== undefined) return known
    const raw = this.#lower(route)
    const made = { ...raw, anonymous: this.#program(raw.anonymous), authenticated: this.#program(raw.authenticated) }
    this.#routes.set(route, made)
    return made
  }

  condition(expression: Parameters<typeof lowerExpression>[0], { route, caller }: Pick<Lowering, 'route' | 'caller'>): Expr {
    return this.#fold(lowerExpression(expression, { model: this.#model, route, caller, origins: this.origins }))
  }

  /** Routes whose programs are one object have one object here, too. */
  #program(program: Program): Program {
    const after = this.#programs.get(program) ?? this.#rewriter.program(program)
    this.#programs.set(program, after)
    return after
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
