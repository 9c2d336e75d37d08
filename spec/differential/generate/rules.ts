/** Rules with all of their clauses. */
import type { Type } from '../../../language/index.ts'
import { LEVELS, PERIODS, quote, TEXTS } from './constants.ts'
import { Expressions } from './expressions/conditions.ts'
import type { Caller, Environment, WorldDef, WorldRole } from './expressions/environment.ts'
import { text } from './expressions/literals.ts'
import { emptyEnvironment } from './people.ts'
import type { Random } from './random.ts'
import type { WorldRoute } from './services.ts'
import { sharedRoots } from './shared.ts'
import * as t from './types.ts'
import type { World } from './world.ts'

export interface RecordedValues {
  readonly world: World
  readonly roles: readonly WorldRole[]
  readonly defs: readonly WorldDef[]
}

interface Targets {
  readonly on: readonly string[]
  readonly except: readonly string[]
  readonly routes: readonly WorldRoute[]
}

/** What a bucket of a limit is kept for. */
const KEYS: readonly Type[] = [t.STRING, t.INT, t.BOOL, t.IP, t.TIER]

export class RuleGenerator {
  readonly #random: Random
  readonly #known: RecordedValues
  readonly #expressions: Expressions

  constructor(random: Random, known: RecordedValues) {
    this.#random = random
    this.#known = known
    this.#expressions = new Expressions(random)
  }

  rules(): string[] {
    const random = this.#random
    const { routes } = this.#known.world
    const names = random.sample(Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGH'), 34)
    const probes = random.chance(0.3) ? random.int(5, 9) : 0
    const count = probes > 0 ? random.int(2, 4) : random.int(4, 5 + routes.length)
    const rules = [
      ...Array.from({ length: count }, (_, at) => this.#rule(`${names[at % 34]}${random.pick(['', '1', '_x'])}${at}`)),
      ...Array.from({ length: probes }, (_, at) => this.#probe(`probe${at}`)),
    ]
    return [...rules.filter((rule) => rule !== null), ...(random.chance(0.15) ? this.#exclusive() : [])]
  }

  invariants(): string[] {
    const random = this.#random
    return random
      .list(0, 1, (at) => {
        const targets = this.#targets()
        const form = random.pick(['permitted only when', 'permitted when', 'denied when', 'denied always', 'permitted always'])
        const condition = form.endsWith('when') ? ` ${this.#invariantCondition(targets.routes)}` : ''
        const lines = [`invariant inv${at}`, ...linesOf(targets), `  ${form}${condition}`]
        return [...lines, ...(random.chance(0.3) ? ['  allow unknown'] : [])].join('\n')
      })
      .filter((_, at) => at >= 0)
  }

  #invariantCondition(routes: readonly WorldRoute[]): string {
    const { text, level } = this.#expressions.condition(this.#environment(['anyone'], routes), this.#random.int(0, 2))
    const inside = level < 3 ? `(${text})` : text
    return this.#random.chance(0.5) ? `${inside} && ${this.#requirement()}` : `!(${this.#requirement()}) || ${inside}`
  }

  #rule(name: string): string | null {
    const random = this.#random
    const effect = random.chance(0.6) ? 'permit' : 'forbid'
    const targets = this.#targets()
    if (targets.routes.length === 0) return null
    const to = effect === 'forbid' && random.chance(0.4) ? null : this.#principals(effect)
    const others = linesOf(targets)
    if (to !== null) others.push(`  to ${to.join(', ')}`)
    const environment = this.#environment(to ?? ['anyone'], targets.routes)
    const { lines, holds } = this.#conditions(effect, environment)
    if (effect === 'permit') others.push(...this.#obligations(name, holds))
    else if (random.chance(0.6)) others.push(`  because ${quote(`${random.pick(TEXTS)} ${name}`)}`)
    const head = `${random.chance(0.14) ? 'shadow ' : ''}${effect} ${name}`
    return [head, ...this.#mixed(others, lines)].join('\n')
  }

  /** Clauses stand in any order; conditions in theirs, as they rely on one another. */
  #mixed(others: readonly string[], conditions: readonly string[]): string[] {
    if (this.#random.chance(0.7)) return [...others, ...conditions]
    const mixed = this.#random.sample(others, others.length)
    let from = 0
    for (const condition of conditions) {
      from = this.#random.int(from, mixed.length)
      mixed.splice(from, 0, condition)
      from += 1
    }
    return mixed
  }

  #conditions(effect: 'permit' | 'forbid', environment: Environment): { readonly lines: string[]; readonly holds: Environment } {
    const random = this.#random
    const lines: string[] = []
    let before = environment
    let here = environment
    const count = random.pick(effect === 'permit' ? [0, 0, 1, 1, 1, 2] : [0, 1, 1, 1, 2, 3])
    for (let clause = 0; clause < count; clause += 1) {
      if (effect === 'forbid' && random.chance(0.15)) lines.push(`  unless ${this.#requirement()}`)
      const depth = random.pick([0, 0, 1, 1, 2, 2, 3])
      const special = random.way([
        [30, () => null],
        [1, () => this.#expressions.nested(here)],
        [clause === 0 ? 3 : 0, () => this.#expressions.erring(here)],
        [clause === 0 && here.body !== null ? 9 : 0, () => this.#expressions.open(here)],
      ])
      const condition =
        special ?? (clause === 0 ? this.#expressions.condition(here, depth) : this.#expressions.after(before, here, depth))
      const isUnless = random.chance(0.35)
      lines.push(`  ${isUnless ? 'unless' : 'when'} ${condition.text}`)
      before = here
      here = isUnless ? condition.whenFalse : condition.whenTrue
    }
    if (effect === 'forbid' && random.chance(0.25)) lines.push(`  unless ${this.#requirement()}`)
    return { lines, holds: here }
  }

  #requirement(): string {
    const random = this.#random
    const within = () => ` within ${random.pick(PERIODS)}`
    const maybe = () => (random.chance(0.5) ? within() : '')
    const levels = () => random.sample(LEVELS, random.int(1, 2)).map(quote).join(' | ')
    return random.way([
      [3, () => `mfa${maybe()}`],
      [2, () => `acr ${levels()}${maybe()}`],
      [1.5, () => `auth${within()}`],
    ])
  }

  #obligations(name: string, holds: Environment): string[] {
    const random = this.#random
    const lines: string[] = []
    for (let left = random.pick([0, 0, 0, 1, 1, 2]); left > 0; left -= 1) lines.push(`  require ${this.#requirement()}`)
    if (random.chance(0.25)) {
      const key = random.chance(0.75)
        ? ` by ${this.#expressions.value(random.pick(KEYS), holds, random.int(0, 2), { open: true }).text}`
        : ''
      lines.push(`  limit ${random.pick([1, 5, 20])} per ${random.pick(PERIODS)}${key}`)
    }
    // Names that no other rule has, or one value that all of them give.
    for (let left = random.pick([0, 0, 0, 1, 2]); left > 0; left -= 1) {
      const made = random.chance(0.5)
        ? this.#expressions.shown(holds)
        : this.#expressions.value(t.STRING, holds, random.int(0, 2), { open: true })
      // A constant that no header can have is a mistake that the checker sees.
      const value = made.isConstant ? text('gold') : made
      lines.push(`  header "x-${name.toLowerCase().replace('_', '-')}-${left}" = ${value.text}`)
    }
    if (random.chance(0.1)) lines.push('  header "x-plan" = request.host')
    return lines
  }

  /** A permit that says of a few things what they are. */
  #probe(name: string): string {
    const random = this.#random
    const targets = this.#targets()
    const to = this.#principals('permit')
    const at = this.#environment(to, targets.routes)
    const lines = [`permit ${name}`, ...linesOf(targets), `  to ${to.join(', ')}`]
    for (let left = random.int(1, 2); left > 0; left -= 1) {
      const { text: value } = this.#expressions.shown(at)
      lines.push(`  header "x-${name}-${left}" = ${/^".*"$/.test(value) ? '"gold"' : value}`)
    }
    return lines.join('\n')
  }

  /** Two permits of which never both hold, with one header of two values. */
  #exclusive(): string[] {
    const { on } = this.#targets()
    return ['GET', 'POST'].map((method, at) =>
      [
        `permit exclusive${at}`,
        `  on ${on.join(', ')}`,
        '  to anyone',
        `  ${at === 0 ? 'when' : 'unless'} request.method == "GET"`,
        `  header "x-verb" = ${quote(method)}`,
      ].join('\n'),
    )
  }

  #environment(to: readonly string[], routes: readonly WorldRoute[]): Environment {
    const { world, roles, defs } = this.#known
    return { ...emptyEnvironment(world), ...sharedRoots(routes), callers: callersOf(to, world, roles), roles, defs }
  }

  #targets(): Targets {
    const random = this.#random
    const { labels, services, routes } = this.#known.world
    const target = (): readonly [string, readonly WorldRoute[]] => {
      const label = random.pick(labels)
      const service = random.pick(services)
      const route = random.pick(routes)
      return random.way<readonly [string, readonly WorldRoute[]]>([
        [4, () => [`${route.service}.${route.name}`, [route]]],
        [2, () => [`label ${label}`, routes.filter((one) => one.labels.includes(label))]],
        [1.5, () => [`${service.name}.*`, service.routes]],
        [1.2, () => ['*', routes]],
      ])
    }
    const on = random.list(1, 2, target)
    const except = random.chance(0.2) ? random.list(1, 2, target) : []
    const left = new Set(except.flatMap(([, some]) => some))
    const names = (all: typeof on) => [...new Set(all.map(([text]) => text))]
    const found = [...new Set(on.flatMap(([, some]) => some))].filter((route) => !left.has(route))
    if (found.length === 0) return { on: ['*'], except: [], routes }
    return { on: names(on), except: names(except), routes: found }
  }

  #principals(effect: 'permit' | 'forbid'): string[] {
    const random = this.#random
    const { world, roles } = this.#known
    const named = [...world.identities, ...roles].map(({ name }) => name)
    return random.way<string[]>([
      [2, () => ['anyone']],
      [effect === 'permit' ? 3 : 1, () => ['authenticated']],
      [1, () => ['anonymous']],
      [5, () => [...new Set(random.list(1, 3, () => random.pick(named)))]],
      [1, () => ['anonymous', random.pick(named)]],
    ])
  }
}

function linesOf({ on, except }: Targets): string[] {
  return [`  on ${on.join(', ')}`, ...(except.length > 0 ? [`  except ${except.join(', ')}`] : [])]
}

function callersOf(to: readonly string[], { identities }: World, roles: readonly WorldRole[]): Caller[] {
  const callers = new Set<Caller>()
  for (const name of to) {
    if (name === 'anonymous' || name === 'anyone') callers.add('anonymous')
    if (name === 'authenticated' || name === 'anyone') for (const identity of identities) callers.add(identity)
    for (const identity of identities) if (identity.name === name) callers.add(identity)
    for (const role of roles) if (role.name === name) for (const identity of role.identities) callers.add(identity)
  }
  return [...callers]
}
