/** Names for places of a policy, which emitted code is marked with (`codegen/code.ts`), and where these places are. */
import type { Span } from '../language/index.ts'
import type { Model, Rule } from '../language/semantics/model.ts'

/** A rule; with `clause`, from 0, one of its clauses. */
export function rulePlace(rule: string, clause?: number): string {
  return clause === undefined ? `rule ${rule}` : `rule ${rule} ${clause}`
}

export const placeOf = {
  identity: (name: string) => `identity ${name}`,
  role: (name: string) => `role ${name}`,
  data: (name: string) => `data ${name}`,
  route: (name: string) => `route ${name}`,
} as const

type Placed = readonly [place: string, span: Span]

/** Where each place is. */
export function spansOf({ identities, roles, data, routes, rules }: Model): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>()
  for (const { name, declaration } of identities) spans.set(placeOf.identity(name), declaration.name.span)
  for (const { name, place } of roles) spans.set(placeOf.role(name), place)
  for (const { name, place } of data) spans.set(placeOf.data(name), place)
  for (const { name, place } of routes) spans.set(placeOf.route(name), place)
  for (const rule of rules) for (const [place, span] of placesOf(rule)) spans.set(place, span)
  return spans
}

/** Of rules that are the same objects again. */
const ofRules = new WeakMap<Rule, readonly Placed[]>()

function placesOf(rule: Rule): readonly Placed[] {
  const known = ofRules.get(rule)
  if (known !== undefined) return known
  const { name, declaration, conditions } = rule
  const places: Placed[] = [
    [rulePlace(name), declaration.name.span],
    ...conditions.map(({ expression }, clause): Placed => [rulePlace(name, clause), expression.span]),
  ]
  ofRules.set(rule, places)
  return places
}
