import { interpret } from '../../interpreter/index.ts'
import type { Expression, Model, Route } from '../../language/index.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate, type Policy } from '../../runtime/policy/index.ts'
import type { AskInvariants, Observe } from '../testing/index.ts'
import { partsOf, unwatched, watchedAlone, watchedModel } from '../testing/index.ts'

/**
 * Returns a function that evaluates a request by interpreting the policy, and calls `observe` with the value of each expression.
 */
export function meaningOf(model: Model, policy: Policy): (request: EvalRequest, observe: Observe) => EvalAnswer {
  const fitsSchema = fitsSchemaOf(policy)
  return (request, observe) => ({ ...interpret(model, request, { observe, fitsSchema }), revision: policy.revision })
}

/** Returns a function that decides a request by the compiled policy, and evaluates the conditions of invariants on it. */
export function askInvariants(model: Model, policy: Policy): AskInvariants {
  const partOf = partsOf(model)
  const routes = new Map(model.routes.map((route) => [route.name, route]))
  const watched = new Map<Route, { readonly part: Model; readonly alone: Model }>()
  const conditions = new Set(model.invariants.map(({ condition }) => condition))
  const fitsSchema = fitsSchemaOf(policy)
  return (request) => {
    const answer = evaluate(policy, request)
    const values = new Map<Expression, unknown>()
    const route = answer.route === null ? undefined : routes.get(answer.route)
    if (route === undefined) return { answer, values }
    const observe: Observe = (expression, value) => {
      if (conditions.has(expression)) values.set(expression, value)
    }
    const { part, alone } = watched.get(route) ?? { part: watchedModel(partOf(route)), alone: watchedAlone(partOf(route)) }
    watched.set(route, { part, alone })
    const meaning = interpret(part, withDataOf(part, request), { observe, fitsSchema })
    if (meaning.effect !== answer.effect)
      throw new Error(`a request is decided ${answer.effect} and means ${meaning.effect}: ${JSON.stringify(request)}`)
    // Conditions of a request that is denied before its body is read are not evaluated yet.
    if (part.invariants.some(({ condition }) => condition !== null && !values.has(condition)))
      interpret(alone, withDataOf(part, request), { observe, fitsSchema })
    return { answer: { ...answer, shadow: unwatched(answer.shadow) }, values }
  }
}

/** Drops data that no rule of the route reads, which a request made for another route may have. */
function withDataOf({ data }: Model, request: EvalRequest): EvalRequest {
  const names = new Set(data.map(({ name }) => name))
  const given = Object.entries(request.data ?? {}).filter(([name]) => names.has(name))
  return { ...request, data: Object.fromEntries(given) }
}

/**
 * Returns a function that tells whether a body is valid by the schema of its route, using the validators in the policy's bundle.
 */
export function fitsSchemaOf(policy: Policy): (route: string, json: unknown) => boolean {
  const routes = new Map(policy.module.routes.map((route) => [route.name, route]))
  return (name, json) => {
    const route = routes.get(name)
    return route !== undefined && policy.body(route.index, JSON.stringify(json)).ok
  }
}
