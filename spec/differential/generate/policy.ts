/** Whole policies as text, which parse and check without an error: one that does not is a mistake of this generator. */
import { Decorator } from './decorate.ts'
import { generateDefs, generateRoles } from './people.ts'
import { Random } from './random.ts'
import { RuleGenerator } from './rules.ts'
import { generateWorld, printWorld, type World } from './world.ts'

/** Files by name; `policy.iap` is the one that is asked for. */
export type PolicyText = Readonly<Record<string, string>>

/** So many policies in a row have one world: its validators are made once. */
export const POLICIES_PER_WORLD = 4

let last: { readonly seed: number; readonly world: World } | null = null

export function generatePolicy(seed: number): PolicyText {
  const worldSeed = Math.floor(seed / POLICIES_PER_WORLD)
  if (last?.seed !== worldSeed) last = { seed: worldSeed, world: generateWorld(worldSeed ^ 0x3079) }
  const { world } = last
  const random = new Random(seed)
  const forRoles = generateDefs(random, world, [], true)
  const roles = generateRoles(
    random,
    world,
    forRoles.map(({ declared }) => declared),
  )
  const defs = [
    ...forRoles,
    ...generateDefs(
      random,
      world,
      forRoles.map(({ declared }) => declared),
      false,
    ),
  ]
  const known = { world, roles: roles.map(({ declared }) => declared), defs: defs.map(({ declared }) => declared) }
  const rules = new RuleGenerator(random, known)
  const printed = printWorld(world)
  const people = [...printed.people, ...roles.map(({ text }) => text)]
  const rest = [...printed.data, ...printed.rest, ...defs.map(({ text }) => text), ...rules.rules(), ...rules.invariants()]
  // The order of declarations means nothing.
  const shuffled = random.sample(rest, rest.length)
  const decorator = new Decorator(random)
  const join = (declarations: readonly string[]) => `${declarations.map((one) => decorator.decorated(one)).join('\n\n')}\n`
  const { aliases, documents } = printed
  if (random.chance(0.8)) return { 'policy.iap': join([...aliases, ...people, ...shuffled]), ...documents }
  const names = [...world.aliases.keys(), ...[...world.identities, ...known.roles].map(({ name }) => name)]
  const own = [...world.data.keys(), ...forRoles.map(({ declared }) => declared.name)]
  const imported = [...names, ...own].filter(
    (name) => !defs.slice(forRoles.length).some(({ declared }) => declared.name === name),
  )
  const isOwn = (text: string) => printed.data.includes(text) || forRoles.some((def) => def.text === text)
  return {
    'policy.iap': `import { ${imported.join(', ')} } from "./lib/people.iap"\n\n${join(shuffled.filter((text) => !isOwn(text)))}`,
    'lib/people.iap': join([...aliases, ...people, ...shuffled.filter(isOwn)]),
    ...documents,
  }
}
