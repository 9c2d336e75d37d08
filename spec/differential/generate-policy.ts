/** Whole policies as text, which parse and check without an error: one that does not is a mistake of this generator. */
import { TEXTS } from './constants.ts'
import type { Caller, Environment } from './environment.ts'
import { ExpressionGenerator, quote } from './generate-expression.ts'
import { type GeneratedService, generateServices } from './generate-routes.ts'
import { Random } from './random.ts'
import {
  ALIASES,
  generateIdentity,
  printIdentity,
  printType,
  type WorldIdentity,
  type WorldRole,
  type WorldRoute,
} from './world.ts'

/** Files by name; `policy.iap` is the one that is asked for. */
export type PolicyText = Readonly<Record<string, string>>

export function generatePolicy(seed: number): PolicyText {
  const random = new Random(seed)
  const expressions = new ExpressionGenerator(random)
  const aliases = new Map(random.some([...ALIASES], 0.6))
  const identities = random.sample(['staff', 'partner', 'role'], random.int(1, 3)).map((name) => generateIdentity(random, name))
  const roles = generateRoles(random, expressions, identities)
  const labels = random.sample(['pii', 'money', 'label'], random.int(1, 3))
  const services = generateServices(random, labels)
  const rules = generateRules(random, expressions, { identities, roles: roles.map(({ role }) => role), labels, services })

  const people = [
    ...[...aliases].map(([name, type]) => `type ${name} = ${printType(type, without(aliases, name))}`),
    ...identities.map((identity) => printIdentity(identity, aliases)),
    ...roles.map(({ text }) => text),
  ]
  const rest = [...labels.map((label) => `label ${label}`), ...services.map(({ text }) => text), ...rules]
  // The order of declarations means nothing.
  const shuffled = random.sample(rest, rest.length)
  if (random.chance(0.8)) return { 'policy.iap': join([...people, ...shuffled]) }
  const names = [...identities, ...roles.map(({ role }) => role)].map(({ name }) => name)
  return {
    'policy.iap': join([`import { ${names.join(', ')} } from "./lib/people.iap"`, ...shuffled]),
    'lib/people.iap': join(people),
  }
}

function join(declarations: readonly string[]): string {
  return `${declarations.join('\n\n')}\n`
}

function without<T>(map: ReadonlyMap<string, T>, name: string): ReadonlyMap<string, T> {
  return new Map([...map].filter(([key]) => key !== name))
}

interface GeneratedRole {
  readonly role: WorldRole
  readonly text: string
}

function generateRoles(random: Random, expressions: ExpressionGenerator, identities: readonly WorldIdentity[]): GeneratedRole[] {
  const made: GeneratedRole[] = []
  // Beyond 31 they take a second word of bits.
  const count = random.chance(0.1) ? random.int(32, 36) : random.int(1, 6)
  // In an order of their names that is not that of their needs.
  const names = random.sample(
    Array.from({ length: count }, (_, at) => `is_${String.fromCharCode(97 + (at % 26))}${at}`),
    count,
  )
  for (const name of names) {
    const of = random.sample(identities, random.chance(0.7) ? 1 : 2)
    const condition = random.chance(0.9)
      ? expressions.bool(
          { callers: of, present: new Set(), params: null, roles: made.map(({ role }) => role), identities },
          random.int(0, 2),
        ).text
      : null
    const when = condition === null ? '' : ` when ${condition}`
    made.push({
      role: { name, identities: of, always: condition === null },
      text: `role ${name} of ${of.map((identity) => identity.name).join(', ')}${when}`,
    })
  }
  return made
}

interface Declared {
  readonly identities: readonly WorldIdentity[]
  readonly roles: readonly WorldRole[]
  readonly labels: readonly string[]
  readonly services: readonly GeneratedService[]
}

function generateRules(random: Random, expressions: ExpressionGenerator, declared: Declared): string[] {
  const routes = declared.services.flatMap((service) => service.routes)
  const names = random.sample(Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGH'), 34)
  const rules: string[] = []
  for (let at = random.int(4, 6 + routes.length); at >= 0; at -= 1) {
    const rule = generateRule(random, expressions, declared, routes, `${names[at % 34]}${random.pick(['', '1', '_x'])}${at}`)
    if (rule !== null) rules.push(rule)
  }
  return rules
}

function generateRule(
  random: Random,
  expressions: ExpressionGenerator,
  declared: Declared,
  routes: readonly WorldRoute[],
  name: string,
): string | null {
  const effect = random.chance(0.66) ? 'permit' : 'forbid'
  const targets = generateTargets(random, declared, routes)
  if (targets.routes.length === 0) return null
  const to = effect === 'forbid' && random.chance(0.4) ? null : generatePrincipals(random, declared, effect)
  const lines = [`${effect} ${name}`, `  on ${targets.on.join(', ')}`]
  if (targets.except.length > 0) lines.push(`  except ${targets.except.join(', ')}`)
  if (to !== null) lines.push(`  to ${to.join(', ')}`)
  let environment: Environment = {
    callers: callersOf(to ?? ['anyone'], declared),
    present: new Set(),
    params: paramsOf(targets.routes),
    roles: declared.roles,
    identities: declared.identities,
  }
  let before = environment
  const clauses = random.pick(effect === 'permit' ? [0, 1, 1, 1, 2] : [1, 1, 1, 2, 3])
  for (let clause = 0; clause < clauses; clause += 1) {
    const depth = random.int(1, 3)
    const condition = clause === 0 ? expressions.bool(environment, depth) : expressions.after(before, environment, depth)
    const unless = random.chance(0.35)
    lines.push(`  ${unless ? 'unless' : 'when'} ${condition.text}`)
    before = environment
    environment = unless ? condition.whenFalse : condition.whenTrue
  }
  if (effect === 'forbid' && random.chance(0.6)) lines.push(`  because ${quote(`${random.pick(TEXTS)} ${name}`)}`)
  return lines.join('\n')
}

interface Targets {
  readonly on: readonly string[]
  readonly except: readonly string[]
  readonly routes: readonly WorldRoute[]
}

function generateTargets(random: Random, { labels, services }: Declared, routes: readonly WorldRoute[]): Targets {
  const target = (): readonly [string, readonly WorldRoute[]] => {
    const label = random.pick(labels)
    const service = random.pick(services).routes
    const route = random.pick(routes)
    return random.way<readonly [string, readonly WorldRoute[]]>([
      [4, () => [`${route.service}.${route.name}`, [route]]],
      [2.5, () => [`label ${label}`, routes.filter((one) => one.labels.includes(label))]],
      [2, () => [`${service[0]?.service}.*`, service]],
      [1.2, () => ['*', routes]],
    ])
  }
  const on = random.list(1, 3, target)
  const except = random.chance(0.2) ? random.list(1, 2, target) : []
  const left = out(except)
  return {
    on: [...new Set(on.map(([text]) => text))],
    except: [...new Set(except.map(([text]) => text))],
    routes: [...new Set(on.flatMap(([, some]) => some))].filter((route) => !left.has(route)),
  }
}

function out(targets: readonly (readonly [string, readonly WorldRoute[]])[]): ReadonlySet<WorldRoute> {
  return new Set(targets.flatMap(([, some]) => some))
}

function generatePrincipals(random: Random, { identities, roles }: Declared, effect: 'permit' | 'forbid'): string[] {
  const named = [...identities, ...roles].map(({ name }) => name)
  return random.way<string[]>([
    [2, () => ['anyone']],
    [effect === 'permit' ? 3 : 1, () => ['authenticated']],
    [1, () => ['anonymous']],
    [5, () => [...new Set(random.list(1, 3, () => random.pick(named)))]],
    [1, () => ['anonymous', random.pick(named)]],
  ])
}

function callersOf(to: readonly string[], { identities, roles }: Declared): Caller[] {
  const callers = new Set<Caller>()
  for (const name of to) {
    if (name === 'anonymous' || name === 'anyone') callers.add('anonymous')
    if (name === 'authenticated' || name === 'anyone') for (const identity of identities) callers.add(identity)
    for (const identity of identities) if (identity.name === name) callers.add(identity)
    for (const role of roles) if (role.name === name) for (const identity of role.identities) callers.add(identity)
  }
  return [...callers]
}

/** What the rule can read: a parameter of which the routes give one type, optional where some lack it. */
function paramsOf(routes: readonly WorldRoute[]): NonNullable<Environment['params']> {
  const params = new Map<string, { type: { kind: 'int' | 'string' }; optional: boolean }>()
  for (const name of new Set(routes.flatMap((route) => [...route.params.keys()]))) {
    const types = new Set(routes.flatMap((route) => route.params.get(name) ?? []))
    const [kind] = types
    if (kind === undefined || types.size > 1) continue
    params.set(name, { type: { kind }, optional: !routes.every((route) => route.params.has(name)) })
  }
  return params
}
