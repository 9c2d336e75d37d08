/** Policies of a size, and what people make of them: one with a change, and one that says the same in twice as many rules. The same size gives the same text. */
import { type Random, randomFrom } from '../random.ts'

/** Texts by name of file. */
export type Files = ReadonlyMap<string, string>

interface Rule {
  readonly name: string
  readonly effect: 'permit' | 'forbid'
  readonly on: string
  readonly to: readonly string[]
  readonly clauses: readonly string[]
  readonly because: string | null
}

const RULES_PER_ROUTE = 10
const ROUTES_PER_SERVICE = 10

/** @param rules a multiple of 100 */
export class ReviewedPolicy {
  readonly #services: readonly (readonly Rule[])[]

  constructor(rules: number) {
    const random = randomFrom(8)
    const services = rules / RULES_PER_ROUTE / ROUTES_PER_SERVICE
    this.#services = Array.from({ length: services }, (_, service) =>
      Array.from({ length: ROUTES_PER_SERVICE }, (_one, route) =>
        Array.from({ length: RULES_PER_ROUTE }, (_rule, at) => ruleOf(service, route, at, random)),
      ).flat(),
    )
  }

  files(): Files {
    return filesOf(this.#services)
  }

  /** One bound of one rule in the middle is moved by one. */
  withOneChange(): Files {
    const middle = this.#services.length >> 1
    const changed = this.#services.map((rules, service) => (service === middle ? withOtherBound(rules) : rules))
    return filesOf(changed)
  }

  /** Each rule in two, by whom it is for or by a clause and its opposite; files and rules in another order. */
  refactored(): Files {
    const random = randomFrom(9)
    const split = this.#services.map((rules) => rules.flatMap((rule) => inTwo(rule, random)).reverse())
    return new Map([...filesOf(split, 'other')].reverse())
  }
}

function withOtherBound(rules: readonly Rule[]): readonly Rule[] {
  const at = rules.findIndex(({ effect, clauses }) => effect === 'permit' && clauses.some((clause) => BOUND.test(clause)))
  return rules.map((rule, i) => (i === at ? { ...rule, clauses: rule.clauses.map(moved) } : rule))
}

const BOUND = /params\.id (?:>|<) (\d+)/

function moved(clause: string): string {
  return clause.replace(BOUND, (text, bound: string) => text.replace(bound, String(Number(bound) + 1)))
}

function inTwo(rule: Rule, random: Random): readonly Rule[] {
  const other = `${rule.name}_too`
  const [first, ...more] = rule.to
  if (first !== undefined && more.length > 0)
    return [
      { ...rule, to: [first] },
      { ...rule, name: other, to: more },
    ]
  const clause = random.pick(SPLITS)(random)
  return [
    { ...rule, clauses: [...rule.clauses, `when ${clause}`] },
    { ...rule, name: other, clauses: [...rule.clauses, `unless ${clause}`] },
  ]
}

/** None of them errs, and none reads what a door looks at: so what is split by one is what it was. */
const SPLITS: readonly ((random: Random) => string)[] = [
  (random) => `params.id ${random.pick(['>', '<'])} ${10 * random.int(100)}`,
  (random) => `params.name.startsWith("${random.pick(['a', 'ab', 'b', 'team-', 'team-a'])}")`,
  (random) => `request.time.getHours("Europe/Berlin") < ${6 + random.int(12)}`,
  (random) => `cidr("10.${random.int(4)}.0.0/16").containsIP(source.ip)`,
  (random) => `params.name.matches("^[a-z]+-[0-9]{${1 + random.int(3)}}$")`,
]

const CLAUSES: readonly ((random: Random) => string)[] = [
  ...SPLITS,
  (random) => `params.name in ${random.pick(['frozen', 'open'])}`,
  (random) => `"x-why" in request.headers && request.headers["x-why"] == "${random.pick(['audit', 'help'])}"`,
]

const PRINCIPALS = [
  ['manager'],
  ['clerk'],
  ['manager', 'clerk'],
  ['partner'],
  ['staff', 'partner'],
  ['auditor', 'manager'],
] as const

function ruleOf(service: number, route: number, at: number, random: Random): Rule {
  const effect = at % 4 === 3 ? 'forbid' : 'permit'
  return {
    name: `s${service}_r${route}_${at}`,
    effect,
    on: `s${service}.r${route}`,
    to: random.pick(PRINCIPALS),
    clauses: Array.from(
      { length: 1 + random.int(2) },
      () => `${random.pick(['when', 'unless'])} ${random.pick(CLAUSES)(random)}`,
    ),
    because: effect === 'forbid' ? 'It is closed.' : null,
  }
}

const BASE = `
identity staff via oidc { sub: string, groups: set<string>, level: int }
identity partner via jwt { client_id: string, scope: set<string> }
role manager of staff when "managers" in caller.groups && caller.level >= 3
role clerk of staff when "clerks" in caller.groups
role auditor of partner when "audit" in caller.scope
data frozen: set<string>
data open: set<string>
`

const NAMES = 'staff, partner, manager, clerk, auditor, frozen, open'

function filesOf(services: readonly (readonly Rule[])[], prefix = 'service'): Files {
  return new Map([['base.iap', BASE], ...services.map((rules, at) => [`${prefix}-${at}.iap`, serviceText(at, rules)] as const)])
}

function serviceText(service: number, rules: readonly Rule[]): string {
  const routes = Array.from({ length: ROUTES_PER_SERVICE }, (_, at) => `  route r${at} GET "/r${at}/{name}/{id: int}"`)
  const used = NAMES.split(', ').filter((name) => rules.some((rule) => new RegExp(`\\b${name}\\b`).test(JSON.stringify(rule))))
  return [
    `import { ${used.join(', ')} } from "./base.iap"`,
    `service s${service} at "s${service}.example" {\n${routes.join('\n')}\n}`,
    ...rules.map(({ name, effect, on, to, clauses, because }) =>
      [`${effect} ${name} on ${on} to ${to.join(', ')}`, ...clauses, ...(because === null ? [] : [`because "${because}"`])].join(
        '\n  ',
      ),
    ),
  ].join('\n')
}
