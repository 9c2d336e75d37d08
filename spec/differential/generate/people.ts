/** Roles and defs: what is said of callers and requests once, for all rules. */
import type { Type } from '../../../language/index.ts'
import { Expressions } from './expressions/conditions.ts'
import { type Environment, type WorldDef, type WorldRole, withVariable } from './expressions/environment.ts'
import type { Random } from './random.ts'
import * as t from './types.ts'
import type { World } from './world.ts'

/** Where nothing is known yet: what roles, defs and rules begin with. */
export function emptyEnvironment({ identities, data }: World): Environment {
  return {
    callers: [...identities, 'anonymous'],
    present: new Set(),
    params: new Map(),
    query: new Map(),
    body: null,
    variables: new Map(),
    loops: 0,
    mayErr: true,
    readsRequest: true,
    data,
    identities,
    roles: [],
    defs: [],
  }
}

export interface Declared<T> {
  readonly declared: T
  readonly text: string
}

/** What roles may ask: the caller and data alone, without errors. */
function asRole(at: Environment): Environment {
  return { ...at, mayErr: false, readsRequest: false }
}

export function generateRoles(random: Random, world: World, defs: readonly WorldDef[]): Declared<WorldRole>[] {
  const expressions = new Expressions(random)
  const made: Declared<WorldRole>[] = []
  // Beyond 31 they take a second word of bits.
  const count = random.chance(0.04) ? random.int(32, 36) : random.int(1, 4)
  // In an order of their names that is not that of their needs.
  const names = random.sample(
    Array.from({ length: count }, (_, at) => `is_${String.fromCharCode(97 + (at % 26))}${at}`),
    count,
  )
  for (const name of names) {
    const of = random.sample(world.identities, random.chance(0.7) ? 1 : 2)
    const roles = made.map(({ declared }) => declared)
    const at = asRole({ ...emptyEnvironment(world), callers: of, roles, defs })
    const condition = random.chance(0.85) ? expressions.condition(at, random.int(0, 2)).text : null
    made.push({
      declared: { name, identities: of, always: condition === null },
      text: `role ${name} of ${of.map((identity) => identity.name).join(', ')}${condition === null ? '' : ` when ${condition}`}`,
    })
  }
  return made
}

const PARAMS: readonly Type[] = [
  ...t.SCALARS,
  t.INT,
  t.INT,
  t.list(t.STRING),
  t.set(t.STRING),
  t.map(t.INT),
  t.list(t.INT),
  t.ADDRESS,
  t.ITEM,
]
const RESULTS: readonly Type[] = [t.BOOL, t.BOOL, t.BOOL, ...t.SCALARS, t.list(t.STRING), t.set(t.STRING)]

/** `forRoles`: they read no request and do not err. Each may call those before it. */
export function generateDefs(random: Random, world: World, before: readonly WorldDef[], forRoles: boolean): Declared<WorldDef>[] {
  const expressions = new Expressions(random)
  const made: Declared<WorldDef>[] = []
  for (let left = random.pick([0, 1, 1, 2]); left > 0; left -= 1) {
    const name = `${forRoles ? 'says' : 'asks'}${before.length + made.length}`
    const params = random.list(0, 2, () => random.pick(PARAMS))
    const result = random.pick(RESULTS)
    // One that goes through nothing long may be called in a loop.
    const loops = random.chance(0.5)
    const defs = [...before, ...made.map(({ declared }) => declared)]
    const outside = { ...emptyEnvironment(world), defs, loops: loops ? 0 : 1 }
    const named = params.map((type, at) => [`p${at}`, type] as const)
    const within = named.reduce(
      (at, [param, type]) => withVariable(at, param, type, 'short'),
      forRoles ? asRole(outside) : outside,
    )
    const body = expressions.value(result, within, random.int(1, 2), { expected: true, open: true }).text
    const written = named.map(([param, type]) => `${param}: ${t.printType(type, world.aliases)}`)
    made.push({
      declared: { name, params, result, mayErr: within.mayErr, readsRequest: within.readsRequest, loops },
      text: `def ${name}(${written.join(', ')}): ${t.printType(result, world.aliases)} = ${body}`,
    })
  }
  return made
}
