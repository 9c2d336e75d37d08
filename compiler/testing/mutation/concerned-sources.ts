/** The part of a policy's sources that can tell a mutant of a rule from the original. */
import type { Model, Route, Rule } from '../../../language/checker/model.ts'
import type { Span } from '../../../language/source.ts'
import type { Declaration, File } from '../../../language/syntax/ast.ts'
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import { testRequest } from '../test-request.ts'
import { applyEdits, type Edit, type Mutant, textOf } from './mutant.ts'

export interface ConcernedSources {
  /** Equal for equal texts. */
  readonly key: string
  /** The texts of files, with spaces for what is left out, so that the rest stays in its place. */
  readonly texts: ReadonlyMap<string, string>
  /** Returns a mutant's model with the routes that it concerns; null if it concerns routes that the part does not have. */
  routesIn(mutant: Model): Model | null
}

/** All sources, for a mutant that may concern every rule. */
export const WHOLE: ConcernedSources = { key: '', texts: new Map(), routesIn: (mutant) => mutant }

/**
 * Returns a function that finds the sources that a mutant concerns: of a rule that sets no header, all but the rules and tests
 * of other routes. A mutant is then checked and tested as fast in a policy of a thousand rules as in one of ten.
 *
 * @param routeOf returns the name of the route that takes a request
 */
export function concernedSources(
  model: Model,
  files: readonly File[],
  routeOf: (request: EvalRequest) => string | null,
): (mutant: Mutant) => ConcernedSources {
  const rules = new Map(model.rules.map((rule) => [rule.declaration, rule]))
  const tests = files.flatMap(({ declarations }) => declarations.filter(({ kind }) => kind === 'TestDeclaration'))
  const routesOfTests = testRoutes(model, routeOf)
  const parts = new Map<string, ConcernedSources>()
  return ({ span, operator }) => {
    const rule = ruleAt(span)
    if (rule === null || rule.headers.length > 0) return WHOLE
    const isWidened = operator === 'widen-routes'
    const key = `${rule.name} ${isWidened}`
    const known = parts.get(key) ?? partFor(rule, isWidened ? ofServices(rule) : rule.routes, key)
    parts.set(key, known)
    return known
  }

  function ruleAt(span: Span): Rule | null {
    const file = files.find((one) => one.span.source === span.source)
    const declaration = file?.declarations.find((one) => includes(one.span, span))
    return declaration?.kind === 'RuleDeclaration' ? (rules.get(declaration) ?? null) : null
  }

  function ofServices({ routes }: Rule): readonly Route[] {
    const services = new Set(routes.map(({ service }) => service))
    return model.routes.filter(({ service }) => services.has(service))
  }

  function partFor(rule: Rule, own: readonly Route[], key: string): ConcernedSources {
    const names = new Set(own.map(({ name }) => name))
    // A test that names the rule may no longer be valid, whichever route its request takes.
    const isOfTests = (one: Declaration) =>
      textOf(one.span).includes(rule.name) || routesOfTests(one.span).some((name) => names.has(name))
    // The cases of a test may take several routes.
    for (let before = -1; before !== names.size; ) {
      before = names.size
      for (const one of tests.filter(isOfTests)) for (const name of routesOfTests(one.span)) names.add(name)
    }
    const isConcerned = (one: Declaration) => {
      if (one.kind === 'RuleDeclaration') return rules.get(one)?.routes.some(({ name }) => names.has(name)) ?? true
      return one.kind !== 'TestDeclaration' || isOfTests(one)
    }
    const texts = new Map<string, string>()
    for (const { span, declarations } of files) {
      const others = declarations.filter((one) => !isConcerned(one))
      if (others.length > 0) texts.set(span.source.name, applyEdits(span.source.text, others.map(blank)).trimEnd())
    }
    const routesIn = (mutant: Model) => {
      const now = mutant.rules.find(({ name }) => name === rule.name)
      if (now === undefined || now.routes.some(({ name }) => !names.has(name))) return null
      // The requests of the tests that are left take these routes, or none.
      return { ...mutant, routes: mutant.routes.filter(({ name }) => names.has(name)) }
    }
    return { key, texts, routesIn }
  }
}

/** Returns a function that finds the routes that the requests of a test and of its cases take. */
function testRoutes(model: Model, routeOf: (request: EvalRequest) => string | null): (test: Span) => readonly string[] {
  const placed = model.tests.map((test) => ({ span: test.expect.span, route: routeOf(testRequest(model, test)) }))
  const found = new Map<Span, readonly string[]>()
  return (test) => {
    const known = found.get(test) ?? placed.flatMap(({ span, route }) => (route !== null && includes(test, span) ? [route] : []))
    found.set(test, known)
    return known
  }
}

function blank({ span }: Declaration): Edit {
  return { span, text: textOf(span).replace(/[^\n]/g, ' ') }
}

function includes(outer: Span, inner: Span): boolean {
  return outer.source === inner.source && outer.start <= inner.start && inner.end <= outer.end
}
