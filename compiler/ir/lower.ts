/** Checked model → decision IR. Everything is in the order of the model, which depends on names alone. */
import type { Identity, Model, Route, Rule } from '../../language/semantics/model.ts'
import * as build from './build.ts'
import { lowerExpression, ROLES_PER_WORD, roleBit } from './lower-expression.ts'
import { lowerRoute } from './lower-route.ts'
import type { IdentityIr, PolicyIr, RoleIr } from './policy.ts'

export function lower(model: Model): PolicyIr {
  const rules = rulesByRoute(model)
  return {
    identities: model.identities.map((identity) => lowerIdentity(identity, model)),
    callerFields: [...new Set(model.identities.flatMap(({ fields }) => [...fields.keys()]))].sort(),
    roleWords: Math.ceil(model.roles.length / ROLES_PER_WORD),
    routes: model.routes.map((route) => lowerRoute(route, rules.get(route.index) ?? [], model)),
  }
}

function rulesByRoute(model: Model): ReadonlyMap<number, readonly Rule[]> {
  const found = new Map<Route['index'], Rule[]>()
  for (const rule of model.rules) {
    for (const { index } of rule.routes) {
      const rules = found.get(index)
      if (rules === undefined) found.set(index, [rule])
      else rules.push(rule)
    }
  }
  return found
}

function lowerIdentity(identity: Identity, model: Model): IdentityIr {
  const { name, methods, claims, fields } = identity
  const spiffe = methods.includes('mtls') && !claims.has('spiffe_id') && fields.has('spiffe_id')
  return { name, methods, claims, spiffe, roles: lowerRoles(identity, model) }
}

function lowerRoles(identity: Identity, model: Model): readonly RoleIr[] {
  return model.roles
    .filter(({ identities }) => identities.some(({ index }) => index === identity.index))
    .map((role) => {
      const test =
        role.condition === null ? build.TRUE : lowerExpression(role.condition, { model, route: null, caller: identity })
      if (test.fails) throw new Error(`role ${role.name} may fail, which the checker refuses`)
      return { name: role.name, ...roleBit(role), test }
    })
}
