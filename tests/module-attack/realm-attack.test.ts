/**
 * The same mutants without the code check, each in a realm of its own: none gets hold of a function or object of the host, and what the host has stays what it was.
 * 60 mutants of either kind, 50,000 with IAP_FULL=1; IAP_MUTANTS sets another number, and IAP_SEED draws others.
 */
import { runInThisContext } from 'node:vm'
import { beforeAll, expect, it } from 'vitest'
import { Random } from '../../compiler/testing/invariants/random.ts'
import { createRealm, hostError } from '../../runtime/realm/index.ts'
import { type Victim, victims } from './corpus.ts'
import { FOUND } from './gadgets.ts'
import { instrument } from './instrument.ts'
import { isWellFormed, mutate, type Original, readOriginal } from './mutate.ts'

const FULL = process.env.IAP_FULL === '1'
const MUTANTS = Number(process.env.IAP_MUTANTS ?? (FULL ? 50_000 : 60))
const SEED = Number(process.env.IAP_SEED ?? 20_261_129)
/** Milliseconds for all that one module is asked. A realm does not end loops. */
const PATIENCE = 300

/** What looks at every value that an expression of a module has: is it of this realm? And calls whatever the module has made. */
const INSIDE = `
const $found = []
const $look = (value) => {
  for (let at = value, steps = 0; at !== null && at !== undefined && steps < 20; steps += 1) {
    const above = Object.getPrototypeOf(at)
    if (above === null && at !== Object.prototype && Object.getOwnPropertyNames(at).includes('hasOwnProperty')) $found.push('a value of another realm')
    at = above
  }
  if (typeof value === 'object' && value !== null && 'pid' in value && 'env' in value) $found.push('process')
  return value
}
const $call = (object, name, ...given) => $look($look(object)[name](...given))
const $values = [null, 'a', 1, [], {}, { sub: 'a', name: 'b', groups: ['c'] }, JSON.parse('{"constructor":{"prototype":{}},"__proto__":{"a":1},"length":9,"sub":"a"}')]
const $request = (body) => ({ method: 'GET', host: 'h.test', path: '/a', segments: ['a', 'b', 'c'], headers: { get: () => 'a', count: () => 1 },
  sourceIp: '192.0.2.1', time: 0n, query: {}, body, mtls: null, data: {} })
const $try = (f) => { try { return $look(f()) } catch (error) { $look(error) } }
const $list = (value) => Array.isArray(value) ? value : []
const $exercise = (made) => {
  const auth = { time: null, acr: null, mfa: false }
  const callers = [{ identity: -1, roles: [], caller: null, auth }, { identity: 0, roles: [3, 3], caller: { sub: 'a', groups: new Set(['a']) }, auth }]
  for (const one of $list(made?.identities)) for (const value of $values) callers.push($try(() => one.facts(value, {}, auth)) ?? callers[0])
  for (const one of $list(made?.data)) for (const value of $values) $try(() => one.prepare(value))
  for (const table of Object.values(made ?? {})) if (typeof table === 'object' && table !== null && !Array.isArray(table))
    for (const validate of Object.values(table)) for (const value of $values) { $try(() => validate(value)); $look(validate.errors) }
  for (const one of $list(made?.routes)) for (const facts of callers.slice(0, 4)) for (const body of [undefined, ...$values]) {
    for (const name of ['decide', 'early', 'obligations', 'trace']) if (one[name]) $try(() => one[name](facts, $request(body)))
    if (one.body) $try(() => one.body.read(body))
    if (one.query) $try(() => one.query.read({}))
  }
}
`

const HOST = [Object, Function, Array, Set, Map, String, RegExp, Error, Promise, Symbol, JSON, Math, Reflect].flatMap((one) =>
  'prototype' in one ? [one, one.prototype as object] : [one],
)
type Property = readonly [object: object, key: PropertyKey, value: unknown]
const propertiesOf = (object: object): readonly Property[] =>
  Reflect.ownKeys(object).map((key) => {
    const { value, get } = Object.getOwnPropertyDescriptor(object, key) ?? {}
    return [object, key, value ?? get]
  })
/** RegExp keeps what it matched last. */
const isFixed = ([object, key]: Property) => object !== RegExp || key === 'prototype'
const state = () => HOST.flatMap(propertiesOf).filter(isFixed)
const before = state()

function unchanged(): boolean {
  const now = state()
  return (
    now.length === before.length &&
    now.every(([, key, value], at) => before[at]?.[1] === key && Object.is(before[at]?.[2], value))
  )
}

/** What the module reached, or why it was not set up. */
function attack(code: string): string {
  let looked = code
  try {
    looked = instrument(code)
  } catch {
    // It does not parse by itself: the engine tells.
  }
  const realm = createRealm(true)
  const body = `${INSIDE}\n$try(() => $exercise((function () {\n${looked}\n})()))\nreturn { abi: $found.join() }`
  const place = globalThis as { attack?: () => string }
  place.attack = () => {
    try {
      const program = realm.open(
        realm.compile(body, 'iap:attack/policy.js'),
        realm.compile('return {}', 'iap:attack/validators.js'),
      )
      return (JSON.parse(program.tables()) as { readonly abi: string }).abi
    } catch (thrown) {
      return `not set up: ${hostError(thrown, () => undefined).message.slice(0, 40)}`
    }
  }
  try {
    return String(runInThisContext('attack()', { timeout: PATIENCE }))
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'not set up: it does not end'
    throw error
  }
}

interface Attacked {
  readonly victim: Victim
  readonly policy: Original
  readonly validators: Original
}

let all: readonly Attacked[]

beforeAll(() => {
  all = victims(FULL ? 60 : 10).map((victim) => ({
    victim,
    policy: readOriginal(victim.policy),
    validators: readOriginal(victim.validators),
  }))
})

it('what was found before reaches nothing', () => {
  const { victim } = all[0] as Attacked
  for (const gadget of FOUND)
    expect(attack(victim.policy.replace(/\n/, () => `\n${gadget}\n`)).replace(/^not set up.*$/, '')).toBe('')
  expect(unchanged()).toBe(true)
})

it.each(['policy', 'validators'] as const)(
  `${MUTANTS} mutants of \`%s.js\`: a realm alone keeps them in`,
  // The full size takes longer than the default time-out.
  { timeout: 14_400_000 },
  (entry) => {
    const random = new Random(SEED)
    const originals = all.map((one) => one[entry])
    const seen = { mutants: 0, wellFormed: 0, ran: 0, notSetUp: 0 }
    while (seen.mutants < MUTANTS) {
      const { [entry]: original } = random.pick(all)
      const code = mutate(original, originals, random)
      seen.mutants += 1
      if (isWellFormed(code)) seen.wellFormed += 1
      const reached = attack(code)
      if (reached.startsWith('not set up')) seen.notSetUp += 1
      else seen.ran += 1
      if ((reached !== '' && !reached.startsWith('not set up')) || !unchanged())
        expect({ reached, code }, `mutant ${seen.mutants}`).toBeNull()
      if (seen.mutants % 5000 === 0) process.stderr.write(`${entry}.js, the realm alone: ${JSON.stringify(seen)}\n`)
    }
    console.log(`${entry}.js, the realm alone: ${JSON.stringify(seen)}`)
    expect(seen.ran / seen.mutants).toBeGreaterThan(0.4)
  },
)
