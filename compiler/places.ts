/** Names for places of a policy, which mark emitted code (`codegen/code.ts`), and their spans. */

import type { Model, Rule } from '../language/checker/model.ts'
import type { Span } from '../language/index.ts'

/** Returns a key for a rule in a source map, or for one of its clauses, counted from 0: `rule orders_read 1`. */
export function rulePlace(rule: string, clause?: number): string {
  return clause === undefined ? `rule ${rule}` : `rule ${rule} ${clause}`
}

export const placeName = {
  identity: (name: string) => `identity ${name}`,
  role: (name: string) => `role ${name}`,
  data: (name: string) => `data ${name}`,
  route: (name: string) => `route ${name}`,
} as const

/**
 * Placeholder for the key of a route in a source map. Several routes share code, so the actual key is inserted when the code is
 * linked. Names of actual routes contain a dot.
 */
export const OWN_ROUTE = placeName.route('own')

type Placed = readonly [place: string, span: Span]

/** Source locations of one rule, or of all declarations of a kind, each with its key in the source map. */
export type PlacedTogether = readonly Placed[]

/**
 * Returns the source locations of all declarations, rules and clauses of a policy. Returns the same objects for unchanged parts
 * of the policy.
 */
export function sourcePlacesOf({ identities, roles, data, routes, rules }: Model): readonly PlacedTogether[] {
  return [
    kept(identities, () => identities.map(({ name, declaration }) => [placeName.identity(name), declaration.name.span])),
    kept(roles, () => roles.map(({ name, place }) => [placeName.role(name), place])),
    kept(data, () => data.map(({ name, place }) => [placeName.data(name), place])),
    kept(routes, () => routes.map(({ name, place }) => [placeName.route(name), place])),
    ...rules.map((rule) => kept(rule, () => placesOfRule(rule))),
  ]
}

const known = new WeakMap<object, PlacedTogether>()

function kept(what: object, make: () => PlacedTogether): PlacedTogether {
  const before = known.get(what)
  if (before !== undefined) return before
  const places = make()
  known.set(what, places)
  return places
}

function placesOfRule({ name, declaration, conditions }: Rule): PlacedTogether {
  return [
    [rulePlace(name), declaration.name.span],
    ...conditions.map(({ expression }, clause): Placed => [rulePlace(name, clause), expression.span]),
  ]
}
