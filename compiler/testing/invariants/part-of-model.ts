import { operandsOf } from '../../../language/checker/expressions/bounds/can-fail.ts'
import type { Datum, Def, Invariant, Model, Role, Route, Rule } from '../../../language/checker/model.ts'
import type { Call, Expression } from '../../../language/syntax/ast.ts'
import { walkExpressions } from '../../../language/syntax/children.ts'

/**
 * Returns the part of a policy that concerns one route: its rules and invariants, and the roles, defs and data that these read.
 * So the time for a request does not grow with the number of other routes.
 */
export function partsOf(model: Model): (route: Route) => Model {
  const rules = byRoute(model.rules)
  const invariants = byRoute(model.invariants)
  const parts = new Map<Route, Model>()
  return (route) => {
    const known = parts.get(route) ?? partOf(model, route, rules.get(route) ?? [], invariants.get(route) ?? [])
    parts.set(route, known)
    return known
  }
}

function byRoute<T extends Rule | Invariant>(all: readonly T[]): ReadonlyMap<Route, readonly T[]> {
  const found = new Map<Route, T[]>()
  for (const one of all) {
    for (const route of one.routes) {
      const own = found.get(route) ?? []
      own.push(one)
      found.set(route, own)
    }
  }
  return found
}

function partOf(model: Model, route: Route, rules: readonly Rule[], invariants: readonly Invariant[]): Model {
  const seen = { roles: new Set<Role>(), defs: new Set<Def>(), data: new Set<Datum>() }
  const look = (expression: Expression): void => {
    const namespaces = new Set<Expression>()
    walkExpressions(expression, (one) => {
      if (one.kind === 'Call' && one.receiver !== null && isNamespaced(one, model)) namespaces.add(one.receiver)
      if ((one.kind !== 'Identifier' && one.kind !== 'Call' && one.kind !== 'Is') || namespaces.has(one)) return
      const reference = model.referenceOf(one)
      if (reference.kind === 'data') seen.data.add(reference.datum)
      if (reference.kind === 'role') seen.roles.add(reference.role)
      if (reference.kind === 'def') seen.defs.add(reference.def)
    })
  }
  for (const { to, conditions, limit, headers } of rules) {
    for (const principal of to) if (principal.kind === 'role') seen.roles.add(principal.role)
    for (const { expression } of conditions) look(expression)
    if (limit?.by) look(limit.by)
    for (const { value } of headers) look(value)
  }
  for (const { condition } of invariants) if (condition !== null) look(condition)
  // Both sets grow meanwhile, and are iterated to their end: a chain of roles may be longer than a call stack.
  for (let before = -1; before !== seen.roles.size + seen.defs.size; ) {
    before = seen.roles.size + seen.defs.size
    for (const { condition } of seen.roles) if (condition !== null) look(condition)
    for (const { body } of seen.defs) look(body)
  }
  return {
    ...model,
    services: [route.service],
    routes: [route],
    rules,
    invariants,
    roles: model.roles.filter((role) => seen.roles.has(role)),
    defs: model.defs.filter((def) => seen.defs.has(def)),
    data: model.data.filter((datum) => seen.data.has(datum)),
    tests: [],
  }
}

/** The namespace `math` in `math.abs(x)` has no reference. */
function isNamespaced(call: Call, model: Model): boolean {
  const reference = model.referenceOf(call)
  return reference.kind === 'builtin' && !operandsOf(call, reference.id).includes(call.receiver as Expression)
}
