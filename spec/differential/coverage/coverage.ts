/** How often each construct of the language was evaluated, or had a part in a decision. */

import { EvalFailure, type Interpretation, type InterpretedTrace, type Observe, type Value } from '../../../interpreter/index.ts'
import type { Expression, Identity, Model, Rule } from '../../../language/index.ts'
import { walkExpressions } from '../../../language/syntax/children.ts'
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import { constructsOf } from './construct-of.ts'
import { CONSTRUCTS } from './constructs.ts'
import { constructsOfCaller, constructsOfRoute, constructsOfRule } from './constructs-of-declarations.ts'

interface Counter {
  count: number
}
type Judged = InterpretedTrace['rules']

export class Coverage {
  readonly #counters: ReadonlyMap<string, Counter> = new Map(CONSTRUCTS.map((construct) => [construct, { count: 0 }]))
  /** Per declaration or expression, what it counts for, looked up once. */
  readonly #known = new WeakMap<object, readonly Counter[]>()
  /** Of the request that is being decided. */
  readonly #failed = new Set<Expression>()

  counts(): readonly (readonly [construct: string, count: number])[] {
    return [...this.#counters].map(([construct, { count }]) => [construct, count])
  }

  /** Adds what another process has counted. */
  add(counts: readonly (readonly [construct: string, count: number])[]): void {
    for (const [construct, count] of counts) this.#counter(construct).count += count
  }

  /** For the interpreter. After each request `decided` is told of it. */
  observer(model: Model): Observe {
    return (expression, result) => this.#evaluated(model, expression, result)
  }

  /** Answers the kind of decision that it was. */
  decided(model: Model, request: EvalRequest, { answer, rules }: Pick<InterpretedTrace, 'answer' | 'rules'>): string {
    const kind = kindOf(answer)
    this.#count(kind)
    const route = model.routes.find(({ name }) => name === answer.route)
    if (route !== undefined) {
      this.#countAll(route, () => constructsOfRoute(model, route))
      if (request.method === 'HEAD' && route.methods?.includes('GET')) this.#count('HEAD by GET')
      if (route.body !== null && request.body === undefined && request.rawBody === undefined)
        this.#count('decided without a body')
      const identity = model.identities.find(({ name }) => name === request.caller?.identity)
      if (identity !== undefined) this.#countAll(identity, () => constructsOfCaller(model, identity))
      if (identity !== undefined && hasSeconds(identity, request.caller?.claims)) this.#count('times in seconds')
      if (model.sources.filter(({ name }) => name.endsWith('.iap')).length > 1) this.#count('several files')
      if (model.invariants.some(({ routes, condition }) => condition !== null && routes.includes(route))) this.#count('invariant')
    }
    for (const rule of model.rules) {
      if (answer.rules.includes(rule.name) || answer.shadow.includes(rule.name)) this.#rule(rule, answer)
    }
    if (
      answer.effect === 'permit' &&
      answer.rules.some((name) => isLimited(model, name)) &&
      answer.obligations.limits.length === 0
    )
      this.#count('no limit beside one')
    for (const one of rules) this.#judgement(model, one)
    this.#failed.clear()
    return kind
  }

  #evaluated(model: Model, expression: Expression, result: Value | EvalFailure): void {
    this.#countAll(expression, () => constructsOf(model, expression))
    if (result instanceof EvalFailure) {
      if (result.at === expression && result.message !== 'decode-error') this.#count(result.message)
      this.#failed.add(expression)
      if (guardsIn(model).has(expression)) this.#count('guard that errs')
      return
    }
    if (typeof result === 'number' && !Number.isFinite(result)) this.#count(Number.isNaN(result) ? 'NaN' : 'infinity')
    switch (expression.kind) {
      case 'Has':
        this.#count(result === true ? 'has() true' : 'has() false')
        break
      case 'Requirement': {
        const { what, within } = expression
        this.#count(`${what}${within === null || what === 'auth' ? '' : ' within'} ${result === true ? 'met' : 'unmet'}`)
        break
      }
      case 'Chain':
        if (expression.operands.some((operand) => this.#failed.has(operand)))
          this.#count(`error absorbed by ${expression.operator}`)
        break
      case 'Comprehension':
        if (expression.macro === 'optMap')
          this.#count((result as readonly Value[]).length > 0 ? 'optMap() with a value' : 'optMap() without')
        if (expression.macro === 'all' || expression.macro === 'exists')
          if (this.#failed.delete(expression.body)) this.#count(`error absorbed by ${expression.macro}()`)
        break
    }
  }

  #rule(rule: Rule, answer: Interpretation): void {
    this.#countAll(rule, () => constructsOfRule(rule))
    if (answer.reason !== null && answer.reason === rule.because) this.#count('because')
  }

  #judgement(model: Model, { rule, holds, outcomes }: Judged[number]): void {
    if (holds instanceof EvalFailure) this.#count(`${rule.effect} that errs`)
    for (const { type } of rule.reads.data) this.#count(`data of ${type.kind}`)
    const conditions = new Set(rule.conditions.map(({ expression }) => expression))
    for (const [clause, outcome] of outcomes) {
      const isBehind = model.guardsOf(clause).some((guard) => outcomes.get(guard) === outcome)
      if (outcome === 'open')
        this.#count(!conditions.has(clause) ? 'open limit or header' : isBehind ? 'clause behind an open one' : 'open clause')
      if (!(outcome instanceof EvalFailure)) continue
      if (outcome.message === 'header-value' && outcome.at === null) this.#count('header-value')
      if (isBehind) this.#count('clause behind a guard that errs')
      if (holds === false) this.#count('error absorbed by a clause')
    }
  }

  #counter(construct: string): Counter {
    const counter = this.#counters.get(construct)
    if (counter === undefined) throw new Error(`\`${construct}\` is not in the table of constructs`)
    return counter
  }

  #count(construct: string): void {
    this.#counter(construct).count += 1
  }

  #countAll(of: object, constructs: () => readonly string[]): void {
    let counters = this.#known.get(of)
    if (counters === undefined) {
      counters = constructs().map((construct) => this.#counter(construct))
      this.#known.set(of, counters)
    }
    for (const counter of counters) counter.count += 1
  }
}

function kindOf({ effect, code, reason, rules }: Interpretation): string {
  if (effect === 'reject') {
    const isOfDoor = ['claims', 'header-repeated', 'query', 'body', 'body-type'].includes(code ?? '')
    return `reject ${isOfDoor ? code : 'malformed'}`
  }
  if (effect === 'deny') return `deny by ${rules.length > 0 ? 'a forbid' : reason}`
  if (effect === 'challenge') return rules.length > 1 ? 'challenge for a forbid' : 'challenge for a permit'
  return effect === 'unauthenticated' && rules.length > 0 ? 'unauthenticated by a forbid' : effect
}

function isLimited({ rules }: Model, name: string): boolean {
  return (rules.find((rule) => rule.name === name)?.limit ?? null) !== null
}

function hasSeconds({ claims: declared }: Identity, claims: unknown): boolean {
  return [...declared.values()].some(
    ({ type, path: [name = ''] }) =>
      type.kind === 'timestamp' && typeof (claims as Readonly<Record<string, unknown>>)[name] === 'number',
  )
}

const guards = new WeakMap<Model, ReadonlySet<Expression>>()

/** Every operand that guards another, and every condition. */
function guardsIn(model: Model): ReadonlySet<Expression> {
  const known = guards.get(model)
  if (known !== undefined) return known
  const found = new Set<Expression>()
  const note = (part: Expression) => {
    for (const guard of model.guardsOf(part)) found.add(guard)
  }
  for (const { declaration } of model.rules) walkExpressions(declaration, note)
  for (const { condition } of model.roles) if (condition !== null) walkExpressions(condition, note)
  for (const { body } of model.defs) walkExpressions(body, note)
  guards.set(model, found)
  return found
}
