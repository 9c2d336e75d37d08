/** The routes, rules and clauses that tests decide. */

import type { Model, Rule } from '../../../language/checker/model.ts'
import { parse } from '../../../language/parse.ts'
import type { Span } from '../../../language/source.ts'
import { finish, type Steps } from '../../../language/steps.ts'
import type { Expression } from '../../../language/syntax/ast.ts'
import type { EvalAnswer, EvalRequest } from '../../../runtime/abi/index.ts'
import { testRequest } from '../test-request.ts'
import { reachedRoles } from './reached-roles.ts'

export interface Coverage {
  /** Sorted by name. */
  readonly routes: readonly RouteCoverage[]
  readonly rules: readonly RuleCoverage[]
  /** `when` and `unless` of rules and their roles, `require` of permits; by file and position. */
  readonly clauses: readonly ClauseCoverage[]
  readonly covered: number
  /** A route or rule counts one, a clause two: true and false. */
  readonly total: number
  /** 100 if there is nothing to cover. */
  readonly percent: number
}

export interface RouteCoverage {
  readonly name: string
  /** Null if it is imported. */
  readonly span: Span | null
  /** The number of tests whose request takes it. */
  readonly tests: number
}

export interface RuleCoverage {
  readonly name: string
  readonly span: Span
  /** The number of tests that it decides; for a shadow rule, in which it would change the answer. */
  readonly tests: number
}

export interface ClauseCoverage {
  readonly owner: string
  readonly kind: 'when' | 'unless' | 'require'
  readonly span: Span
  /** The numbers of tests in which its condition was true, false, or erred. An `unless` counts as written, not negated. */
  readonly true: number
  readonly false: number
  readonly errors: number
}

/** Called with every expression that the interpreter evaluates; a value that is no bool stands for an error. */
export type Observe = (expression: Expression, value: unknown) => void

/** `ask` returns the interpreter's answer, and observes every clause, whatever the others are. */
export function measureCoverage(model: Model, ask: (request: EvalRequest, observe: Observe) => EvalAnswer): Coverage {
  return finish(measureCoverageInSteps(model, ask))
}

/** As `measureCoverage`. Each step runs one test. */
export function* measureCoverageInSteps(
  model: Model,
  ask: (request: EvalRequest, observe: Observe) => EvalAnswer,
): Steps<Coverage> {
  const places = routePlaces(model)
  const routes = new Map(model.routes.map(({ name }) => [name, 0]))
  const rules = new Map(model.rules.map(({ name }) => [name, 0]))
  const clauses = new Map(clausesOf(model).map((clause) => [clause.expression, { ...clause, true: 0, false: 0, errors: 0 }]))
  for (const test of model.tests) {
    const seen = new Map<Expression, Set<'true' | 'false' | 'errors'>>()
    const answer = ask(testRequest(model, test), (expression, value) => {
      if (!clauses.has(expression)) return
      const outcomes = seen.get(expression) ?? new Set()
      seen.set(expression, outcomes.add(value === true ? 'true' : value === false ? 'false' : 'errors'))
    })
    if (answer.route !== null) routes.set(answer.route, (routes.get(answer.route) ?? 0) + 1)
    for (const rule of [...answer.rules, ...answer.shadow]) rules.set(rule, (rules.get(rule) ?? 0) + 1)
    for (const [expression, outcomes] of seen) {
      const clause = clauses.get(expression)
      if (clause !== undefined) for (const outcome of outcomes) clause[outcome] += 1
    }
    yield
  }
  return summed({
    routes: model.routes.map(({ name }) => ({ name, span: places.get(name) ?? null, tests: routes.get(name) ?? 0 })),
    rules: model.rules.map(({ name, declaration }) => ({ name, span: declaration.name.span, tests: rules.get(name) ?? 0 })),
    clauses: [...clauses.values()].map(({ expression: _, ...clause }) => clause).sort(byPlace),
  })
}

interface Clause extends Pick<ClauseCoverage, 'owner' | 'kind' | 'span'> {
  readonly expression: Expression
}

function clausesOf(model: Model): readonly Clause[] {
  const ofRoles = [...reachedRoles(model)].flatMap(({ name, condition }): readonly Clause[] =>
    condition === null ? [] : [{ owner: name, kind: 'when', span: condition.span, expression: condition }],
  )
  return [...ofRoles, ...model.rules.flatMap(clausesOfRule)]
}

function clausesOfRule({ name, conditions, requires }: Rule): readonly Clause[] {
  return [
    ...conditions.map(
      ({ unless, expression }): Clause => ({ owner: name, kind: unless ? 'unless' : 'when', span: expression.span, expression }),
    ),
    ...requires.map((requirement): Clause => ({ owner: name, kind: 'require', span: requirement.span, expression: requirement })),
  ]
}

/** Parses the sources again, as the model has no spans of routes. */
function routePlaces({ sources }: Model): ReadonlyMap<string, Span> {
  const places = new Map<string, Span>()
  for (const source of sources) {
    if (!source.name.endsWith('.iap')) continue
    for (const declaration of parse(source).result.declarations) {
      if (declaration.kind !== 'ServiceDeclaration') continue
      for (const { name } of [...declaration.routes, ...declaration.operations])
        places.set(`${declaration.name.text}.${name.text}`, name.span)
    }
  }
  return places
}

function summed(parts: Pick<Coverage, 'routes' | 'rules' | 'clauses'>): Coverage {
  const counts = [
    ...[...parts.routes, ...parts.rules].map(({ tests }) => tests),
    ...parts.clauses.flatMap((clause) => [clause.true, clause.false]),
  ]
  const covered = counts.filter((count) => count > 0).length
  return { ...parts, covered, total: counts.length, percent: counts.length === 0 ? 100 : (100 * covered) / counts.length }
}

function byPlace(a: { readonly span: Span }, b: { readonly span: Span }): number {
  const [one, other] = [a.span.source.name, b.span.source.name]
  return one === other ? a.span.start - b.span.start : one < other ? -1 : 1
}
