/** Checked model → decision IR. Everything is in the order of the model, which depends on names alone. */
import type { Identity, Model, Route, Rule } from '../../../language/checker/model.ts'
import * as build from '../build.ts'
import type { IdentityIr, PolicyIr, RoleIr, RouteIr } from '../policy.ts'
import { lowerExpression, type Origins, ROLES_PER_WORD, roleBit } from './lower-expression.ts'
import { boundedFields, lowerRoute } from './lower-route.ts'
import type { LoweringMemo } from './lowering-memo.ts'
import { Programs } from './programs.ts'
import { RuleSteps } from './rule-steps.ts'

/**
 * Translates a checked policy to IR.
 *
 * @param memo cache of the previous run; if absent, nothing is kept
 * @param origins receives the source of each expression, except for expressions from a memo
 */
export function lower(model: Model, memo?: LoweringMemo, origins?: Origins): PolicyIr {
  memo?.begin(model)
  const identities = () => lowerIdentities(model, origins)
  const routeOf = routeLowering(model, memo, origins)
  return {
    identities: memo?.identities(identities) ?? identities(),
    callerFields: [...new Set(model.identities.flatMap(({ fields }) => [...fields.keys()]))].sort(),
    roleWords: Math.ceil(model.roles.length / ROLES_PER_WORD),
    data: model.data.map(({ name, type }) => ({ name, type })),
    routes: model.routes.map(routeOf),
  }
}

/** Returns a function that translates one route of a policy, with its rules. The parameters are those of `lower`. */
export function routeLowering(model: Model, memo?: LoweringMemo, origins?: Origins): (route: Route) => RouteIr {
  const rules = rulesByRoute(model)
  const ownHeaders = headersByService(model)
  const steps = new RuleSteps(model, origins)
  const programs = new Programs()
  return (route) => {
    const own = rules[route.index] as readonly Rule[]
    const headers = ownHeaders.get(route.service.name) ?? NO_HEADERS
    const make = () => lowerRoute(route, own, headers, steps, programs, model)
    return memo?.route(route, own, headers, make) ?? make()
  }
}

export function lowerIdentities(model: Model, origins?: Origins): readonly IdentityIr[] {
  return model.identities.map((identity) => lowerIdentity(identity, model, origins))
}

const NO_HEADERS: readonly string[] = []

/** Indexes rules by route. A model with only some of the routes may have rules that name others. */
function rulesByRoute(model: Model): readonly (readonly Rule[])[] {
  const found: Rule[][] = []
  for (const { index } of model.routes) found[index] = []
  for (const rule of model.rules) for (const { index } of rule.routes) found[index]?.push(rule)
  return found
}

/** Returns the headers that permits set per service, also in shadow: enforcing one must not change what clients can forge. */
function headersByService(model: Model): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  for (const rule of model.rules) {
    if (rule.headers.length === 0) continue
    for (const service of new Set(rule.routes.map((route) => route.service.name))) {
      const names = found.get(service) ?? new Set()
      for (const { name } of rule.headers) names.add(name)
      found.set(service, names)
    }
  }
  return new Map([...found].map(([service, names]) => [service, [...names].sort()]))
}

/** Methods that can ask a caller for a stronger or fresher authentication. */
const STEPS_UP: ReadonlySet<string> = new Set(['oidc', 'jwt', 'oauth2', 'saml'])

function lowerIdentity(identity: Identity, model: Model, origins?: Origins): IdentityIr {
  const { name, methods, byCertificate, claims } = identity
  const stepsUp = methods.some((method) => STEPS_UP.has(method))
  return {
    name,
    methods,
    stepsUp,
    claims: boundedFields(claims, model),
    spiffe: byCertificate,
    roles: lowerRoles(identity, model, origins),
  }
}

function lowerRoles(identity: Identity, model: Model, origins?: Origins): readonly RoleIr[] {
  return model.roles
    .filter(({ identities }) => identities.some(({ index }) => index === identity.index))
    .map((role) => {
      const test =
        role.condition === null
          ? build.TRUE
          : lowerExpression(role.condition, { model, route: null, caller: identity, ...(origins && { origins }) })
      if (test.fails) throw new Error(`role ${role.name} may fail, which the checker refuses`)
      return { name: role.name, ...roleBit(role), data: role.data.map(({ name }) => name), test }
    })
}
