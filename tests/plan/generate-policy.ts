/** Policies over rows of a table, at random: owners, tenants, states, numbers, what may be missing, and texts that databases like to read otherwise. */
import type { Random } from '../../compiler/testing/random-expression/random.ts'

export const TEXTS = [
  '', 'a', 'A', 'ab', 'aB', 'a%', '%', '_', 'a_b', 'axb', "o'x", "''", 'é', 'É', 'e\u0301', '\u{1f600}', '\uff5e', 'a\\b', '\\', '"q"',
  'ß', 'SS', 'a ', ' a', 'null', '7', '07', '7.0', 'true', '--', '*', '[a]', '?', '$1', 'Straße', 'ab\nc', 'I', 'ı', 'i',
] // biome-ignore format: a list

export const DECLARATIONS = `
identity staff via jwt { sub: string, tenant: string, teams: set<string>, level: int, nick?: string, boss?: bool }
role seniors of staff when caller.level > 2
type Order = {
  owner: string, tenant: string, state: "open" | "closed" | "lost", total: int, score: double, urgent: bool,
  note?: string, weight?: int, ready?: bool, tags: set<string>, sizes?: list<int>
}
data orders: map<string, Order>
data assigned: map<string, set<string>>
data closed_for: map<string, { until: int, by?: string }>
data units: hierarchy
service shop at "h.test" {
  route read GET "/orders/{id}"
}
`

export interface Generated {
  readonly rules: string
  readonly text: string
}

const ROW = 'orders[params.id]'

/** Those of callers are in it where somebody is known. */
export function generatePolicy(next: Random): Generated {
  const one = <T>(...all: readonly T[]): T => all[next(all.length)] as T
  const text = () => JSON.stringify(one(...TEXTS))
  const number = () => String(one(-1, 0, 1, 2, 3, 7, 100, 9007199254740991, -9007199254740991))
  const small = () => String(one(0, 1, 2, 3))
  const order = () => one('<', '<=', '>', '>=')
  const who = () => one('caller.sub', 'caller.tenant')
  const list = (make: () => string) => `[${Array.from({ length: 1 + next(3) }, make).join(', ')}]`
  const field = () => `${ROW}.${one('owner', 'tenant')}`
  const atoms: readonly (() => string)[] = [
    () => `${field()} ${one('==', '!=')} ${one(who(), text())}`,
    () => `${field()} ${order()} ${one(text(), who(), field())}`,
    () => `${field()} in ${one('caller.teams', list(text))}`,
    () => `${field()}.${one('startsWith', 'endsWith', 'contains')}(${one(text(), who(), field())})`,
    () => `caller.teams.${one('exists', 'all')}(t, ${field()}.${one('startsWith', 'contains', 'endsWith')}(t))`,
    () => `caller.teams.exists(t, t == ${field()} && ${ROW}.total > ${number()})`,
    () => `${ROW}.state ${one('==', '!=')} "${one('open', 'closed', 'lost')}"`,
    () => `${ROW}.state in ["open", "${one('closed', 'lost')}"]`,
    () => `${ROW}.state < "${one('lost', 'm')}"`,
    () => `${ROW}.total ${one('==', '!=', '<', '>=')} ${one(number(), 'caller.level')}`,
    () => `${ROW}.total ${one('+', '-')} ${one(number(), 'caller.level')} ${one('<', '>', '==')} ${number()}`,
    () => `caller.level ${one('+', '-', '*')} ${number()} > ${number()}`,
    () => `1 / caller.level ${order()} ${one(`${ROW}.total`, '0')}`,
    () => `${ROW}.total in ${list(number)}`,
    () => `${ROW}.score ${one('<', '>', '==')} ${one('0.0', '1.5', '-2.25', '1e300')}`,
    () => `${ROW}.urgent`,
    () => `${ROW}.urgent == ${one('true', 'false', `(${ROW}.total > 1)`)}`,
    () => `has(${ROW}.note)`,
    () => `has(${ROW}.note) && ${ROW}.note ${one('==', '!=', '<')} ${text()}`,
    () => `has(${ROW}.weight) && ${ROW}.weight ${order()} ${number()}`,
    () => `(!has(${ROW}.weight) || ${ROW}.weight > ${small()})`,
    () => `(has(${ROW}.weight) ? ${ROW}.weight : ${ROW}.total) > ${small()}`,
    () => `${ROW}.?note.orValue(${text()}) ${one('==', '!=', '<')} ${text()}`,
    () => `${ROW}.?note ${one('==', '!=')} caller.?nick`,
    () => `${ROW}.?note.optMap(n, n.startsWith(${text()})).orValue(${one('true', 'false')})`,
    () => `${ROW}.?weight.optMap(w, w + ${number()}).orValue(0) > 0`,
    () => `${ROW}.?weight.hasValue()`,
    () => `${ROW}.?ready.orValue(${one('true', 'false')})`,
    () => `(has(${ROW}.ready) && ${ROW}.ready)`,
    () => `orders[?params.id].?note.orValue("") ${one('==', '!=')} ${text()}`,
    () => `${text()} in ${ROW}.tags`,
    () => `${one(who(), field())} in ${ROW}.tags`,
    () => `sets.intersects(${ROW}.tags, caller.teams)`,
    () => `sets.contains(${ROW}.tags, ${one('caller.teams', 'caller.teams')})`,
    () => `caller.teams.${one('exists', 'all')}(t, t in ${ROW}.tags)`,
    () => `${small()} in ${ROW}.?sizes.orValue([])`,
    () => `caller.sub in assigned[?params.id].orValue([])`,
    () => `params.id in assigned && ${field()} in assigned[params.id]`,
    () => `units.within(${one(`${field()}, ${one(who(), '"a"')}`, `caller.sub, ${field()}`)})`,
    () => `params.id in closed_for`,
    () => `params.id in closed_for && closed_for[params.id].until > ${one(small(), `${ROW}.total`)}`,
    () => `closed_for[?${ROW}.owner].?by.orValue("x") == ${text()}`,
    () => `closed_for[?${ROW}.owner].?by.optMap(by, by == ${who()}).orValue(false)`,
    () => `params.id ${one('==', '<', '!=')} "${one('1', '10', '2', '5')}"`,
    () => `params.id.endsWith("${one('1', '2', '')}")`,
    () => `caller.boss`,
    () => `caller is seniors`,
    () => `caller.?nick.orValue("a") == ${one(field(), '"a"')}`,
    () => `bigger(${ROW}.total, ${number()})`,
    () => `sum(${ROW}.total, ${number()}) > 0`,
  ].map((make) => () => make().replace(/^caller\.boss$/, '(has(caller.boss) && caller.boss)'))
  const condition = (depth: number): string => {
    if (depth === 0 || next(3) === 0) return one(...atoms)()
    const inner = () => condition(depth - 1)
    switch (next(5)) {
      case 0:
        return `(${inner()} || ${inner()})`
      case 1:
        return `!(${inner()})`
      case 2:
        return `(${inner()} ? ${inner()} : ${inner()})`
      case 3:
        return `((${inner()}) == (${inner()}))`
      default:
        return `(${inner()} && ${inner()})`
    }
  }
  const clause = () => `  ${one('when', 'when', 'when', 'unless')} ${condition(2)}`
  const there = '  when params.id in orders'
  const rule = (effect: 'permit' | 'forbid', at: number) =>
    [
      `${effect} ${effect}${at} on shop.read to ${one('staff', 'staff', 'seniors')}`,
      there,
      ...Array.from({ length: 1 + next(2) }, clause),
    ].join('\n')
  const count = (most: number) => Array.from({ length: next(most + 1) })
  const rules = [
    rule('permit', 0),
    ...count(2).map((_, at) => rule('permit', at + 1)),
    ...count(2).map((_, at) => rule('forbid', at)),
  ].join('\n')
  const defs = `
def bigger(a: int, b: int): bool = a > b
def sum(a: int, b: int): int = a + b
`
  return { rules, text: `${DECLARATIONS}${defs}${rules}\n` }
}
