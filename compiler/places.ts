/** Names for places of a policy, which emitted code is marked with (`codegen/code.ts`), and where these places are. */
import type { Span } from '../language/index.ts'
import type { Model } from '../language/semantics/model.ts'

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

/** Where each place is. */
export function spansOf({ identities, roles, data, routes, rules }: Model): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>()
  for (const { name, declaration } of identities) spans.set(placeOf.identity(name), declaration.name.span)
  for (const { name, place } of roles) spans.set(placeOf.role(name), place)
  for (const { name, place } of data) spans.set(placeOf.data(name), place)
  for (const { name, place } of routes) spans.set(placeOf.route(name), place)
  for (const { name, declaration, conditions } of rules) {
    spans.set(rulePlace(name), declaration.name.span)
    for (const [clause, { expression }] of conditions.entries()) spans.set(rulePlace(name, clause), expression.span)
  }
  return spans
}
