/** What a policy means, by its interpretation: the server runs no compiled code, which a browser may forbid. */
import { type AskInvariants, type Observe, partsOf, unwatched, watchedAlone, watchedModel } from '../../compiler/testing/index.ts'
import { type InterpretOptions, interpret, matchRoute } from '../../interpreter/index.ts'
import { type Expression, type Model, positionAt, type Route } from '../../language/index.ts'
import { canonicalizeUrl } from '../../request/index.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import type { Project } from '../workspace/project.ts'
import { RunError } from './run.ts'

/** Whether bodies match the JSON Schemas that their routes import, beyond their types. Interpretation alone cannot say. */
export type BodiesFit = boolean

/**
 * Returns the checked model of a project.
 *
 * @throws RunError if the project has errors
 */
export function modelOf({ checked }: Project): Model {
  if (checked.result !== null) return checked.result
  const first = checked.diagnostics.find(({ severity }) => severity === 'error')
  if (first === undefined) throw new RunError('the policy has errors')
  const { source, start } = first.span
  throw new RunError(`the policy has errors: ${source.name}:${positionAt(source, start).line}: ${first.message}`)
}

export function answerOf(model: Model, request: EvalRequest, fits: BodiesFit, options: InterpretOptions = {}): EvalAnswer {
  return { ...interpret(model, request, { ...options, fitsSchema: fitsSchemaOf(model, fits) }), revision: '' }
}

/** Returns whether a decision depends on a JSON Schema. */
export function readsSchema(model: Model, request: EvalRequest): boolean {
  let isRead = false
  const hasSchema = fitsSchemaOf(model, false)
  const fitsSchema = (route: string) => {
    isRead ||= !hasSchema(route)
    return true
  }
  interpret(model, request, { fitsSchema })
  return isRead
}

/** Bodies that the policy itself declares always match: their type is all there is. */
export function fitsSchemaOf({ routes }: Model, fits: BodiesFit): (route: string) => boolean {
  return (name) => fits || (routes.find((route) => route.name === name)?.body?.schema ?? null) === null
}

/**
 * Returns a function that decides requests and evaluates the conditions of invariants on them. Bodies with a JSON Schema are
 * rejected, so no such request is taken for a counterexample.
 */
export function askByMeaning(model: Model): AskInvariants {
  const partOf = partsOf(model)
  const conditions = new Set(model.invariants.map(({ condition }) => condition))
  const watched = new Map<Route, { readonly part: Model; readonly alone: Model }>()
  return (request) => {
    const route = routeOf(model, request)
    if (route === null) return { answer: answerOf(model, request, false), values: new Map() }
    const own = partOf(route)
    const { part, alone } = watched.get(route) ?? { part: watchedModel(own), alone: watchedAlone(own) }
    watched.set(route, { part, alone })
    const values = new Map<Expression, unknown>()
    const observe: Observe = (expression, value) => {
      if (conditions.has(expression)) values.set(expression, value)
    }
    const asked = withDataOf(own, request)
    const answer = answerOf(part, asked, false, { observe })
    // Conditions of a request that is denied before its body is read are not evaluated yet.
    if (own.invariants.some(({ condition }) => condition !== null && !values.has(condition)))
      answerOf(alone, asked, false, { observe })
    return { answer: { ...answer, shadow: unwatched(answer.shadow) }, values }
  }
}

function routeOf(model: Model, { headers = {}, body, source, ...request }: EvalRequest): Route | null {
  const canonical = canonicalizeUrl({ ...request, headers, json: body !== undefined, ...(source && { sourceIp: source.ip }) })
  return canonical.ok ? (matchRoute(model, canonical.request)?.route ?? null) : null
}

/** A part of a model rejects data that it does not declare. */
function withDataOf({ data }: Model, request: EvalRequest): EvalRequest {
  const names = new Set(data.map(({ name }) => name))
  const given = Object.entries(request.data ?? {}).filter(([name]) => names.has(name))
  return { ...request, data: Object.fromEntries(given) }
}
