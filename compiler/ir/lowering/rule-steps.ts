/** The steps of rules, shared by all routes on which a rule is the same. */
import type { Model, Principal, Root, Route, Rule } from '../../../language/checker/model.ts'
import type { Expression } from '../../../language/syntax/ast.ts'
import { walkExpressions } from '../../../language/syntax/children.ts'
import * as build from '../build.ts'
import type { Expr } from '../expression.ts'
import { typeKey } from '../numbering.ts'
import type { DecisionStep, RouteIr } from '../policy.ts'
import { placeOfParam } from './lower-access.ts'
import { identityTest, type Origins, roleBit } from './lower-expression.ts'
import { lowerStep } from './lower-step.ts'

const STAGE = { forbid: 0, personal: 1, permit: 2, unmet: 3 } as const

export type StepCaller = 'anonymous' | 'authenticated'

/** Headers and data that enforced rules of a route read. The proxy checks them before it evaluates rules. */
export type Promised = Pick<RouteIr, 'headers' | 'data'>

export class RuleSteps {
  readonly #model: Model
  readonly #origins: { readonly origins?: Origins }
  /** By rule, then by the properties of the route that the rule depends on. */
  readonly #known = {
    anonymous: new Map<Rule, Map<string, DecisionStep>>(),
    authenticated: new Map<Rule, Map<string, DecisionStep>>(),
  }
  readonly #applies = { anonymous: new Map<Rule, Expr>(), authenticated: new Map<Rule, Expr>() }
  readonly #reads = new Map<Rule, ReadonlySet<Root>>()
  readonly #views = new Map<Route, ReadonlyMap<Root, string>>()

  constructor(model: Model, origins?: Origins) {
    this.#model = model
    this.#origins = origins === undefined ? {} : { origins }
  }

  /** Returns the IR of a route's rules that can apply to a kind of caller. */
  of(rules: readonly Rule[], route: Route, caller: StepCaller, promised: Promised): readonly DecisionStep[] {
    const view = this.#viewOf(route)
    return rules.flatMap((rule) => {
      const to = this.#toOf(rule, caller)
      return to === build.FALSE ? [] : this.#stepOf(rule, to, route, view, caller, promised)
    })
  }

  #stepOf(
    rule: Rule,
    to: Expr,
    route: Route,
    view: ReadonlyMap<Root, string>,
    caller: StepCaller,
    promised: Promised,
  ): DecisionStep {
    const steps = this.#known[caller].get(rule) ?? new Map<string, DecisionStep>()
    this.#known[caller].set(rule, steps)
    const unsure = unsureOf(rule, promised)
    const key = this.#keyOf(rule, view, unsure)
    const known = steps.get(key)
    if (known !== undefined) return known
    const step = lowerStep(rule, stageOf(rule, caller), to, unsure, { model: this.#model, route, caller, ...this.#origins })
    steps.set(key, step)
    return step
  }

  #toOf(rule: Rule, caller: StepCaller): Expr {
    const known = this.#applies[caller].get(rule) ?? lowerTo(rule.to, this.#model, caller)
    this.#applies[caller].set(rule, known)
    return known
  }

  /** Returns a key of what a rule depends on in a route. */
  #keyOf(rule: Rule, view: ReadonlyMap<Root, string>, unsure: DecisionStep['unsure']): string {
    const reads = this.#reads.get(rule) ?? readsOfRoute(rule, this.#model)
    this.#reads.set(rule, reads)
    if (reads.size === 0 && !rule.shadow) return ''
    const seen = [...reads].map((root) => view.get(root) ?? '')
    return JSON.stringify(rule.shadow ? [...seen, unsure] : seen)
  }

  #viewOf(route: Route): ReadonlyMap<Root, string> {
    const known = this.#views.get(route) ?? viewOf(route)
    this.#views.set(route, known)
    return known
  }
}

/** Returns keys of what rules can read of a route. */
function viewOf(route: Route): ReadonlyMap<Root, string> {
  const { params, query, body } = route
  return new Map([
    ['params', params.map(({ name, type }, at) => `${name} ${type} ${JSON.stringify(placeOfParam(route, at))}`).join()],
    ['query', query === null ? '' : typeKey({ kind: 'record', open: false, fields: query })],
    ['body', body === null ? '' : typeKey(body.type)],
  ])
}

/** Bodies of defs read nothing of a route. */
function readsOfRoute({ conditions, limit, headers }: Rule, model: Model): ReadonlySet<Root> {
  const found = new Set<Root>()
  const look = (expression: Expression) =>
    walkExpressions(expression, (one) => {
      if (one.kind !== 'Identifier' || !OF_ROUTES.has(one.name)) return
      const reference = model.referenceOf(one)
      if (reference.kind === 'root' && OF_ROUTES.has(reference.root)) found.add(reference.root)
    })
  for (const { expression } of conditions) look(expression)
  if (limit?.by) look(limit.by)
  for (const { value } of headers) look(value)
  return found
}

const OF_ROUTES: ReadonlySet<string> = new Set(['params', 'query', 'body'] satisfies Root[])

/** Returns what a shadow rule reads and no enforced rule of the route does. */
function unsureOf({ shadow, reads }: Rule, promised: Promised): DecisionStep['unsure'] {
  if (!shadow) return SURE
  return {
    headers: reads.headers.filter((name) => !promised.headers.includes(name)),
    data: reads.data.map(({ name }) => name).filter((name) => !promised.data.includes(name)),
  }
}

const SURE: DecisionStep['unsure'] = { headers: [], data: [] }

/** Impersonal forbids stop an anonymous caller first; an anonymous caller meets no requirement. */
function stageOf({ effect, personal, requires }: Rule, caller: StepCaller): DecisionStep['stage'] {
  if (caller === 'authenticated') return effect === 'permit' ? STAGE.permit : STAGE.forbid
  if (effect === 'permit') return requires.length === 0 ? STAGE.permit : STAGE.unmet
  return personal ? STAGE.personal : STAGE.forbid
}

/** Tests whether the caller is one of these, all roles of a word at once. */
function lowerTo(principals: readonly Principal[], model: Model, caller: StepCaller): Expr {
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
