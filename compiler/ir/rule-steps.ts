/** The steps of rules on many routes: one for all of these, where it says the same on each. */
import type { Model, Principal, Route, Rule } from '../../language/semantics/model.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import { walkExpressions } from '../../language/syntax/children.ts'
import * as build from './build.ts'
import type { Expr } from './expression.ts'
import { identityTest, type Lowering, roleBit } from './lower-expression.ts'
import { lowerStep } from './lower-step.ts'
import type { RouteIr, Step } from './policy.ts'

const STAGE = { forbid: 0, personal: 1, permit: 2, unmet: 3 } as const

export type Caller = 'anonymous' | 'authenticated'

/** What enforced rules of a route read. */
export type Promised = Pick<RouteIr, 'headers' | 'data'>

export class RuleSteps {
  readonly #model: Model
  readonly #known = { anonymous: new Map<Rule, Step | null>(), authenticated: new Map<Rule, Step | null>() }

  readonly #ofAnyRoute = new Map<Rule, boolean>()

  constructor(model: Model) {
    this.#model = model
  }

  /** Those of the rules of a route that can apply to a caller of a kind. */
  of(rules: readonly Rule[], route: Route, caller: Caller, promised: Promised): readonly Step[] {
    return rules.flatMap((rule) => this.#stepOf(rule, route, caller, promised) ?? [])
  }

  #stepOf(rule: Rule, route: Route, caller: Caller, promised: Promised): Step | null {
    const ofCaller = this.#known[caller]
    const known = ofCaller.get(rule)
    if (known !== undefined) return known
    const lowering: Lowering = { model: this.#model, route, caller }
    const to = lowerTo(rule.to, lowering)
    const step = to === build.FALSE ? null : lowerStep(rule, stageOf(rule, caller), to, promised, lowering)
    if (step === null || this.#isOfAnyRoute(rule)) ofCaller.set(rule, step)
    return step
  }

  #isOfAnyRoute(rule: Rule): boolean {
    const known = this.#ofAnyRoute.get(rule)
    if (known !== undefined) return known
    const isOfAny = isOfAnyRoute(rule, this.#model)
    this.#ofAnyRoute.set(rule, isOfAny)
    return isOfAny
  }
}

/** Whether a rule says the same on each of its routes. What is not sure of a shadow rule depends on the rules beside it. */
function isOfAnyRoute({ routes, shadow, conditions, limit, headers }: Rule, model: Model): boolean {
  if (shadow || routes.length < 2) return false
  const expressions = [
    ...conditions.map(({ expression }) => expression),
    ...(limit?.by ? [limit.by] : []),
    ...headers.map(({ value }) => value),
  ]
  return !expressions.some((expression) => readsRoute(expression, model))
}

const OF_ROUTES: ReadonlySet<string> = new Set(['params', 'query', 'body'])

/** Bodies of defs read nothing of a route. */
function readsRoute(expression: Expression, model: Model): boolean {
  let found = false
  walkExpressions(expression, (one) => {
    if (one.kind !== 'Identifier' || !OF_ROUTES.has(one.name)) return
    const reference = model.referenceOf(one)
    found ||= reference.kind === 'root' && OF_ROUTES.has(reference.root)
  })
  return found
}

/** An anonymous caller is stopped by forbids that are not personal first, and meets no requirement. */
function stageOf({ effect, personal, requires }: Rule, caller: Caller): Step['stage'] {
  if (caller === 'authenticated') return effect === 'permit' ? STAGE.permit : STAGE.forbid
  if (effect === 'permit') return requires.length === 0 ? STAGE.permit : STAGE.unmet
  return personal ? STAGE.personal : STAGE.forbid
}

/** Whether the caller is one of these: the roles of a word are tested at once. */
function lowerTo(principals: readonly Principal[], { model, caller }: Lowering): Expr {
  if (principals.some(({ kind }) => kind === 'anyone')) return build.TRUE
  const named = caller === 'anonymous' ? 'anonymous' : 'authenticated'
  if (principals.some(({ kind }) => kind === named)) return build.TRUE
  if (caller === 'anonymous') return build.FALSE
  const masks: number[] = []
  const tests: Expr[] = []
  for (const principal of principals) {
    if (principal.kind === 'identity') tests.push(identityTest(principal.identity, model, caller))
    if (principal.kind !== 'role') continue
    const { word, bit } = roleBit(principal.role)
    masks[word] = (masks[word] ?? 0) | (1 << bit)
  }
  if (tests.includes(build.TRUE)) return build.TRUE
  masks.forEach((mask, word) => {
    tests.push(build.roleTest(word, mask))
  })
  return build.or(...tests)
}
