/** Policies without graphs in the least that all peers have words for: what their own policies are written from. */

/** `caller.level`, `request.id`. */
export type Field = `caller.${string}` | `request.${string}`

export type Test =
  | { readonly op: 'at-least' | 'at-most'; readonly field: Field; readonly value: number }
  /** A text among these. */
  | { readonly op: 'among'; readonly field: Field; readonly values: readonly string[] }
  /** A list of texts that has this one, or has it not. */
  | { readonly op: 'contains' | 'lacks'; readonly field: Field; readonly value: string }
  | { readonly op: 'starts'; readonly field: Field; readonly value: string }
  | { readonly op: 'same'; readonly field: Field; readonly other: Field }
  | { readonly op: 'true'; readonly field: Field }

export interface PlainRule {
  readonly name: string
  readonly effect: 'permit' | 'forbid'
  readonly routes: readonly string[]
  /** One of these alternatives holds, of which all tests hold. */
  readonly to: readonly (readonly Test[])[]
  readonly when: readonly Test[]
}

/** What missed is an empty text, an empty list, or −1: nothing that is asked about holds of these. */
export type Fields = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** A request whose route is known, by somebody who is known. */
export interface PlainQuestion {
  /** Who has the same number has the same fields. */
  readonly who: number
  readonly route: string
  readonly caller: Fields
  readonly request: Fields
}

export function byRoute(rules: readonly PlainRule[]): ReadonlyMap<string, readonly PlainRule[]> {
  const all = new Map<string, PlainRule[]>()
  for (const rule of rules)
    for (const route of rule.routes) {
      const own = all.get(route)
      if (own === undefined) all.set(route, [rule])
      else own.push(rule)
    }
  return all
}
