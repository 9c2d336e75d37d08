import { type Clause, isOfCaller, type Policy, type Rule } from '../draw-policy.ts'

/** What a decision is: one of these, or the place of a reason behind them. */
export const DENIED = 0
export const PERMITTED = 1
export const UNAUTHENTICATED = 2
export const FIRST_REASON = 4
/** Added where that is not settled yet. */
export const OPEN = 128

export const OWN_ID = 1
export const ID_PREFIX = 2
export const PAGE_AT_MOST = 3
export const HEADER_AMONG = 4
export const OWN_TENANT = 5

/** No route has more rules than a mask has bits. */
export const RULES_PER_ROUTE = 16

/** All that rules ask about the request, one row a rule: row `16 * route + at`. Forbids come first, by name. */
export interface Tables {
  /** 0: nothing. */
  readonly kinds: Uint8Array
  /** What it leads to. */
  readonly codes: Uint8Array
  readonly numbers: Int32Array
  readonly texts: readonly string[]
  readonly lists: readonly (readonly string[])[]
  readonly reasons: readonly string[]
  /** The rules of each route in the order of their rows. */
  readonly rules: readonly (readonly Rule[])[]
}

export function createTables({ services }: Policy): Tables {
  const routes = services.flatMap(({ routes }) => routes)
  const rows = routes.length * RULES_PER_ROUTE
  const reasons = [...new Set(routes.flatMap(({ rules }) => rules.flatMap(({ because }) => because ?? [])))]
  const kinds = new Uint8Array(rows)
  const codes = new Uint8Array(rows)
  const numbers = new Int32Array(rows)
  const texts: string[] = new Array(rows).fill('')
  const lists: (readonly string[])[] = new Array(rows).fill([])
  const ordered = routes.map(({ rules }) => [
    ...rules.filter(({ effect }) => effect === 'forbid').sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...rules.filter(({ effect }) => effect === 'permit'),
  ])
  for (const [route, rules] of ordered.entries()) {
    if (rules.length > RULES_PER_ROUTE) throw new Error('a route has too many rules for a mask')
    for (const [at, rule] of rules.entries()) {
      const row = route * RULES_PER_ROUTE + at
      codes[row] = rule.because === null ? PERMITTED : FIRST_REASON + reasons.indexOf(rule.because)
      const asked = rule.when.filter((clause) => !isOfCaller(clause))
      if (asked.length > 1) throw new Error('a rule asks more than one thing about the request')
      if (asked[0] !== undefined) writeRow(row, asked[0])
    }
  }
  return { kinds, codes, numbers, texts, lists, reasons, rules: ordered }

  function writeRow(row: number, clause: Clause): void {
    switch (clause.kind) {
      case 'own-id':
        kinds[row] = OWN_ID
        return
      case 'id-prefix':
        kinds[row] = ID_PREFIX
        texts[row] = clause.prefix
        return
      case 'page-at-most':
        kinds[row] = PAGE_AT_MOST
        numbers[row] = clause.most
        return
      case 'header-among':
        kinds[row] = HEADER_AMONG
        texts[row] = clause.header
        lists[row] = clause.among
        return
      case 'own-tenant':
        kinds[row] = OWN_TENANT
        texts[row] = clause.header
        return
      default:
        throw new Error(`\`${clause.kind}\` asks nothing about the request`)
    }
  }
}
