/** Policies of which nobody can ask every request: many rules, and things to read that can be anything of their types. */
import { Random } from '../generate/random.ts'

/** It may have errors: the checker refuses what can be seen to be always so. The same seed gives the same text. */
export function largePolicy(seed: number): string {
  return new Writer(new Random(seed)).text()
}

interface Rule {
  readonly effect: 'permit' | 'forbid'
  readonly on: string
  readonly isOfStaff: boolean
  readonly clauses: readonly string[]
}

/** What can be read where: of the caller, and of a route. */
interface Scope {
  readonly isOfStaff: boolean
  readonly route: 'docs' | 'orders' | 'any'
}

const IDENTITIES = `identity staff via oidc {
  sub: string, level: int, quota: int, score: double, since: timestamp, tier: "gold" | "silver" | "plain",
  groups: set<string>, tags: list<string>, age?: int, region?: string, admin: bool
}
identity program via api_key { sub: string }
data blocked: set<string>
data owners: map<string, string>
data shares: map<string, set<string>>
data limits: map<string, int>
data units: hierarchy
`

const SERVICE = `service s at "s.test" {
  route docs   POST "/docs/{name}" body { title: string, size: int, draft: bool, note?: string, tags: list<string> }
  route orders POST "/orders/{id: int}" body { amount: int, price: double, kind: "new" | "old" | "lost", items: map<string, int>, due?: timestamp }
}
`

const TEXTS = ['"a"', '"b"', '"ab"', '"abc"', '"eve"', '"x-1"', '"é"']
const PATTERNS = ['"^[a-c]+$"', '"^x-[0-9]+$"', '"b.*b"', '"^(ab|ba)*$"', '"[^a-z]"', '"^a?b+"', '"e$|^é"', '"^.b"']
const TIMES = ['"2020-01-01T00:00:00Z"', '"2024-06-01T12:00:00Z"', '"2026-01-01T00:00:00Z"']
const RANGES = ['"10.0.0.0/8"', '"10.1.0.0/16"', '"192.0.2.7/32"', '"2001:db8::/32"', '"0.0.0.0/1"']

class Writer {
  readonly #random: Random
  /** Whether there is in it what a proof works out nothing of: sums, parts of texts, what is below what. */
  readonly #isWild: boolean

  constructor(random: Random) {
    this.#random = random
    this.#isWild = random.chance(0.3)
  }

  text(): string {
    const random = this.#random
    const rules = random.list(8, 14, () => this.#rule())
    const invariants = random.list(4, 6, (at) => this.#invariant(at, rules))
    return `${IDENTITIES}role boss of staff when ${this.#claim()}
role member of staff when caller is boss || ${this.#claim()}
def near(n: int, m: int): bool = n - m < ${random.int(1, 9)} && m - n < ${random.int(1, 9)}
${SERVICE}${rules.map((rule, at) => this.#written(rule, at)).join('\n')}
${invariants.join('\n')}
`
  }

  #rule(): Rule {
    const random = this.#random
    const route = random.pick(['docs', 'orders', 'docs', 'orders', 'any'] as const)
    const effect = random.chance(0.7) ? 'permit' : 'forbid'
    const isOfStaff = random.chance(0.7)
    const clauses = random.list(1, 3, () => this.#condition({ isOfStaff, route }, random.int(0, 2)))
    return { effect, on: route === 'any' ? 's.*' : `s.${route}`, isOfStaff, clauses }
  }

  #written({ effect, on, isOfStaff, clauses }: Rule, at: number): string {
    const random = this.#random
    const to = isOfStaff ? random.pick(['staff', 'staff', 'boss', 'member']) : random.pick(['anyone', 'program', 'authenticated'])
    const when = clauses.map((clause) => (random.chance(0.2) ? `unless !(${clause})` : `when ${clause}`))
    const requirement = random.chance(0.15) ? [`${effect === 'permit' ? 'require' : 'unless'} ${this.#requirement()}`] : []
    const obliged = effect === 'permit' && isOfStaff && random.chance(0.1) ? ['limit 10 per 1h by caller.sub'] : []
    return `${effect} rule${at} on ${on} to ${to}\n  ${[...when, ...requirement, ...obliged].join('\n  ')}`
  }

  /** Some are made of rules, so that they hold, or nearly do. */
  #invariant(at: number, rules: readonly Rule[]): string {
    const random = this.#random
    const route = random.pick(['docs', 'orders'] as const)
    const on = `invariant inv${at} on s.${route}`
    const concerned = rules.filter((rule) => rule.on === `s.${route}` || rule.on === 's.*')
    const of = (effect: Rule['effect']) => concerned.filter((rule) => rule.effect === effect)
    const within = ({ isOfStaff }: Rule, conditions: readonly string[]) =>
      `(${[...(isOfStaff ? ['caller is staff'] : []), ...conditions.map((one) => `(${one})`)].join(' && ') || 'true'})`
    const extra = () => this.#condition({ isOfStaff: false, route }, random.int(0, 1))
    const ways: (readonly [number, () => string])[] = [
      [
        1,
        () =>
          `${on} ${random.pick(['permitted only when', 'permitted when', 'denied when'])} ${this.#condition({ isOfStaff: false, route }, 2)}`,
      ],
      [
        1,
        () =>
          `${on} permitted when caller is staff && ${this.#condition({ isOfStaff: true, route }, 1)} && ${this.#condition({ isOfStaff: true, route }, 0)}`,
      ],
    ]
    // What every permit asks for in part.
    if (of('permit').length > 0)
      ways.push([
        4,
        () => {
          const some = of('permit').filter(() => random.chance(0.97))
          const parts = some.map((rule) =>
            within(rule, random.chance(0.6) ? [random.pick(rule.clauses)] : rule.clauses.slice(0, 2)),
          )
          return `${on} permitted only when ${[...parts, ...(random.chance(0.3) ? [extra()] : [])].join('\n  || ') || 'false'}`
        },
      ])
    // What a forbid forbids, and something more.
    if (of('forbid').length > 0)
      ways.push([
        3,
        () => {
          const rule = random.pick(of('forbid'))
          const clauses = random.chance(0.8) ? rule.clauses : rule.clauses.slice(1)
          return `${on} denied when ${[within(rule, clauses), ...(random.chance(0.5) ? [extra()] : [])].join(' && ')}`
        },
      ])
    return random.way(ways)
  }

  #requirement(): string {
    return this.#random.pick(['mfa', 'mfa within 10m', 'acr "gold" | "silver"', 'acr "gold" within 1h', 'auth within 12h'])
  }

  #condition(scope: Scope, depth: number): string {
    const random = this.#random
    const inner = () => this.#condition(scope, depth - 1)
    if (depth > 0)
      switch (random.int(0, 5)) {
        case 0:
        case 1:
          return `(${inner()} && ${inner()})`
        case 2:
        case 3:
          return `(${inner()} || ${inner()})`
        case 4:
          return `!(${inner()})`
        case 5:
          return `(${inner()} ? ${inner()} : ${inner()})`
      }
    const places = [
      ...(scope.isOfStaff ? [() => this.#claim(), () => this.#claim(), () => this.#ofCallerAndData()] : []),
      () => this.#ofRequest(),
      ...(scope.route === 'docs' ? [() => this.#ofDocs(scope), () => this.#ofDocs(scope)] : []),
      ...(scope.route === 'orders' ? [() => this.#ofOrders(scope), () => this.#ofOrders(scope)] : []),
    ]
    return random.pick(places)()
  }

  #claim(): string {
    const random = this.#random
    return random.pick([
      () => this.#ofInt('caller.level', ['caller.quota']),
      () => this.#ofInt('caller.quota', ['caller.level']),
      () => this.#ofText('caller.sub', []),
      () => `caller.score ${this.#order()} ${random.pick(['0.5', '1.0', '2.5', '-1.0'])}`,
      () => `caller.since ${this.#order()} timestamp(${random.pick(TIMES)})`,
      () => `caller.tier ${random.pick(['== "gold"', '!= "plain"', 'in ["gold", "silver"]', '< "plain"'])}`,
      () => this.#ofSet('caller.groups'),
      () => this.#ofSet('caller.groups'),
      () => this.#ofList('caller.tags', 'caller.sub'),
      () => `(has(caller.age) && ${this.#ofInt('caller.age', ['caller.level'])})`,
      () => `caller.?age.orValue(${random.int(0, 20)}) ${this.#order()} ${random.int(0, 20)}`,
      () => `(!has(caller.region) || ${this.#ofText('caller.region', ['caller.sub'])})`,
      () => `caller.?region.orValue("a") ${random.pick(['==', '!='])} ${this.#text()}`,
      () => random.pick(['caller.admin', '!caller.admin']),
    ])()
  }

  #ofCallerAndData(): string {
    const random = this.#random
    return random.pick([
      () => `caller.sub in blocked`,
      () => `caller.sub in owners && owners[caller.sub] ${random.pick(['==', '!='])} ${this.#text()}`,
      () => `caller.sub in limits && ${this.#ofInt('limits[caller.sub]', ['caller.level'])}`,
      () => `limits[?caller.sub].orValue(${random.int(0, 5)}) ${this.#order()} ${random.pick(['caller.level', '3'])}`,
      () => `sets.intersects(caller.groups, blocked)`,
      () => `sets.contains(blocked, caller.groups)`,
      ...this.#wildly(
        () => `units.within(caller.sub, ${this.#text()})`,
        () => `units.within(${this.#text()}, caller.sub)`,
        () => `near(caller.level, caller.quota)`,
        () => `request.time - caller.since ${this.#order()} duration(${random.pick(['"720h"', '"1h"'])})`,
        () => `caller.since + duration("24h") < request.time`,
      ),
    ])()
  }

  #ofRequest(): string {
    const random = this.#random
    return random.pick([
      () => `request.time ${this.#order()} timestamp(${random.pick(TIMES)})`,
      ...this.#wildly(
        () => `request.time.getHours() ${this.#order()} ${random.int(1, 22)}`,
        () => `request.time.getDayOfWeek() in [0, 6]`,
      ),
      () => `cidr(${random.pick(RANGES)}).containsIP(source.ip)`,
      () => `("x-team" in request.headers && ${this.#ofText('request.headers["x-team"]', [])})`,
      () => `request.headers[?"x-team"].orValue("a") ${random.pick(['==', '<'])} ${this.#text()}`,
      () => `${this.#text()} in blocked`,
      () => `"eve" in owners`,
      () => this.#ofSet('blocked'),
    ])()
  }

  #ofDocs({ isOfStaff }: Scope): string {
    const random = this.#random
    const subs = isOfStaff ? ['caller.sub'] : []
    return random.pick([
      () => this.#ofText('params.name', ['body.title', ...subs]),
      () => this.#ofText('params.name', subs),
      () => this.#ofText('body.title', ['params.name', ...subs]),
      () => this.#ofInt('body.size', isOfStaff ? ['caller.level'] : []),
      () => random.pick(['body.draft', '!body.draft', 'body.draft == false']),
      () => `(has(body.note) && ${this.#ofText('body.note', ['body.title'])})`,
      () => this.#ofList('body.tags', 'body.title'),
      () => `params.name in blocked`,
      () => `params.name in owners && ${this.#ofText('owners[params.name]', ['body.title', ...subs])}`,
      () => `${random.pick([this.#text(), 'body.title', ...subs])} in shares[?params.name].orValue([])`,
      ...this.#wildly(
        () => `units.within(params.name, ${random.pick([this.#text(), ...subs])})`,
        () => `body.title + "-" + params.name ${random.pick(['==', '!='])} ${random.pick(['"a-b"', '"ab-abc"'])}`,
        () => `params.name.substring(1).startsWith(${this.#text()})`,
        () => `params.name.charAt(0) == ${random.pick(['"a"', '"b"'])}`,
      ),
    ])()
  }

  #ofOrders({ isOfStaff }: Scope): string {
    const random = this.#random
    const ints = isOfStaff ? ['caller.level', 'caller.quota'] : []
    return random.pick([
      () => this.#ofInt('params.id', ['body.amount', ...ints]),
      () => this.#ofInt('body.amount', ['params.id', ...ints]),
      () => `body.price ${this.#order()} ${random.pick(['0.0', '9.5', '100.0'])}`,
      () => `body.kind ${random.pick(['== "new"', '!= "lost"', 'in ["old", "lost"]'])}`,
      () => `(${this.#text()} in body.items && ${random.chance(0.5) ? '!("b" in body.items)' : '"a" in body.items'})`,
      () => `("a" in body.items && ${this.#ofInt('body.items["a"]', ['body.amount'])})`,
      () => `body.items[?"b"].orValue(0) ${this.#order()} ${random.int(0, 9)}`,
      () => `size(body.items) ${random.pick(['== 0', '> 0'])}`,
      () => `body.items.all(k, k in ["a", "b"])`,
      () => `(has(body.due) && body.due ${this.#order()} ${random.pick(['request.time', `timestamp(${random.pick(TIMES)})`])})`,
      ...this.#wildly(() => `near(params.id, body.amount)`),
    ])()
  }

  #ofInt(read: string, besides: readonly string[]): string {
    const random = this.#random
    const others = this.#beside(besides)
    const number = () => String(random.pick([0, 1, 2, 3, 5, 8, 10, 20, 100, 1000]))
    return random.way([
      [5, () => `${read} ${this.#order()} ${random.pick([number(), number(), ...others])}`],
      [2, () => `${read} ${random.pick(['==', '!='])} ${random.pick([number(), ...others])}`],
      [1, () => `${read} in [${number()}, ${number()}, ${number()}]`],
      [1, () => `-${read} ${this.#order()} ${number()}`],
      ...this.#wildly(
        [1, () => `${read} + ${random.int(1, 9)} ${this.#order()} ${random.pick([number(), ...others])}`] as const,
        [0.7, () => `${read} % ${random.pick([2, 3, 10])} == ${random.int(0, 2)}`] as const,
        [0.5, () => `100 / ${read} > ${random.int(0, 20)}`] as const,
        [0.5, () => `${read} * ${random.pick(['2', '3', ...others])} <= ${number()}`] as const,
      ),
    ])
  }

  #ofText(read: string, besides: readonly string[]): string {
    const random = this.#random
    const others = this.#beside(besides)
    return random.way([
      [4, () => `${read} ${random.pick(['==', '!='])} ${random.pick([this.#text(), ...others])}`],
      [2, () => `${read} in [${this.#text()}, ${random.pick([this.#text(), ...others])}]`],
      [3, () => `${read}.${random.pick(['startsWith', 'endsWith', 'contains'])}(${this.#text()})`],
      [2, () => `${read}.matches(${random.pick(PATTERNS)})`],
      [1, () => `${read} ${this.#order()} ${this.#text()}`],
      ...this.#wildly([0.7, () => `${read}.size() ${this.#order()} ${random.int(1, 5)}`] as const),
    ])
  }

  #ofSet(read: string): string {
    const random = this.#random
    const some = () => `[${this.#text()}, ${this.#text()}]`
    return random.pick([
      () => `${this.#text()} in ${read}`,
      () => `sets.intersects(${read}, ${some()})`,
      () => `sets.contains(${read}, ${some()})`,
      () => `sets.contains(${some()}, ${read})`,
      () => `${read} == ${some()}`,
      () => `${read}.exists(e, e == ${this.#text()} || e == ${this.#text()})`,
      () => `${read}.all(e, e in ${some()})`,
      () => `${read}.all(e, e != ${this.#text()})`,
      () => `size(${read}) ${random.pick(['== 0', '> 0', '> 1', '<= 3'])}`,
    ])()
  }

  #ofList(read: string, element: string): string {
    const random = this.#random
    return random.pick([
      () => `${this.#text()} in ${read}`,
      () => `${element} in ${read}`,
      () => `${read}.exists(e, e == ${random.pick([this.#text(), element])})`,
      () => `${read}.exists(e, e.startsWith(${this.#text()}))`,
      () => `${read}.all(e, e in [${this.#text()}, ${this.#text()}])`,
      () => `${read} == []`,
    ])()
  }

  #wildly<T>(...ways: readonly T[]): readonly T[] {
    return this.#isWild ? ways : []
  }

  /** What is read beside something is compared with it now and then: each pair makes all of it larger. */
  #beside(others: readonly string[]): readonly string[] {
    return this.#random.chance(0.2) ? others : []
  }

  #text(): string {
    return this.#random.pick(TEXTS)
  }

  #order(): string {
    return this.#random.pick(['<', '<=', '>', '>='])
  }
}
