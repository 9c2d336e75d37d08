/**
 * What runs beside a module in the arena, a context whose intrinsics are as JavaScript has them: nothing but the code check stands between a module and them. It is bundled,
 * and evaluated there. Canaries: every intrinsic, as something that a module has; every property of every intrinsic, as something that is changed; constructors of
 * functions; and functions, as something that an expression of a module has.
 */
import { linkData } from '../../runtime/abi/decode/links.ts'
import { anonymousFacts, helpers } from '../../runtime/abi/helpers.ts'
import type { DecisionRequest, Facts, PolicyModule, Validator, Validators } from '../../runtime/abi/module.ts'

export { helpers }

const { ownKeys, getOwnPropertyDescriptor, apply, getPrototypeOf } = Reflect
const { is, hasOwn } = Object

const reached = new Set<string>()

function report(what: string): void {
  reached.add(what)
}

/** Constructors of functions make code of texts. */
for (const one of [() => {}, async () => {}, function* () {}, async function* () {}]) {
  const prototype = getPrototypeOf(one) as object
  const value = function canary(): never {
    report('the constructor of functions was called')
    throw new Error('canary')
  }
  Object.defineProperty(prototype, 'constructor', { value, configurable: true, writable: true })
}

/** Every intrinsic, and what it is. */
const intrinsics = new Map<unknown, string>()
const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function'

function findIntrinsics(): void {
  const left: (readonly [string, unknown])[] = Object.getOwnPropertyNames(globalThis).map((name) => [
    name,
    getOwnPropertyDescriptor(globalThis, name)?.value,
  ])
  for (const one of [
    [][Symbol.iterator](),
    new Map().keys(),
    new Set().keys(),
    ''[Symbol.iterator](),
    'a'.matchAll(/a/g),
    (function* () {})(),
    async () => {},
  ])
    left.push(['iterator', getPrototypeOf(one as object)])
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [name, value] = next as readonly [string, object]
    if (!isObject(value) || intrinsics.has(value) || OURS.includes(name)) continue
    intrinsics.set(value, name)
    left.push([`${name}.__proto__`, getPrototypeOf(value)])
    for (const key of ownKeys(value)) {
      const { value: member, get, set } = getOwnPropertyDescriptor(value, key) ?? {}
      for (const one of [member, get, set]) left.push([`${name}.${String(key)}`, one])
    }
  }
}

/** What the arena itself keeps among the globals. */
const OURS: readonly string[] = ['inside', 'task', 'globalThis', 'global']

/** What each property of each intrinsic is. */
type Property = readonly [object: object, name: string, key: PropertyKey, value: unknown, get: unknown, set: unknown]
const properties: Property[] = []

export function prepare(): void {
  findIntrinsics()
  for (const [object, name] of intrinsics) {
    for (const key of ownKeys(object as object)) {
      const { value, get, set } = getOwnPropertyDescriptor(object as object, key) ?? {}
      properties.push([object as object, name, key, value, get, set])
    }
  }
  counts = [...intrinsics].map(([object]) => ownKeys(object as object).length)
  globals = new Set(ownKeys(globalThis))
}

let counts: readonly number[] = []
let globals: ReadonlySet<string | symbol> = new Set()

/** Looks at all intrinsics: RegExp keeps what it matched last, and that alone may change. */
function findChanges(): void {
  for (const [object, name, key, value, get, set] of properties) {
    const now = getOwnPropertyDescriptor(object, key)
    if (!is(now?.value, value) || now?.get !== get || now?.set !== set) report(`${name}.${String(key)} was changed`)
  }
  let at = 0
  for (const [object, name] of intrinsics)
    if (ownKeys(object as object).length !== counts[at++]) report(`${name} has another property`)
  for (const key of ownKeys(globalThis)) if (!globals.has(key)) report(`there is another global: ${String(key)}`)
}

/** A value that an expression of a module has. */
export function look(value: unknown): unknown {
  if (typeof value === 'function') report(`a value is a function: ${intrinsics.get(value) ?? value.name}`)
  else if (isObject(value)) {
    const name = intrinsics.get(value)
    if (name !== undefined) report(`a value is ${name}`)
  }
  return value
}

/** A method that a module calls. */
export function call(object: unknown, name: string, ...given: readonly unknown[]): unknown {
  look(object)
  const method = (object as Record<string, unknown>)[name]
  if (typeof method === 'function' && isObject(object) && hasOwn(object, name)) report(`an own member ${name} was called`)
  return look(apply(method as () => unknown, object, given))
}

class Headers {
  get(name: string): string | undefined {
    return name.length % 2 === 0 ? 'value' : undefined
  }

  count(name: string): number {
    return name.length % 3
  }
}

/** JSON that is made to be mistaken for something else. */
export const HOSTILE: readonly unknown[] = [
  null,
  'text',
  1,
  [],
  [[], [[]], {}],
  {},
  JSON.parse(
    '{"constructor":{"prototype":{}},"__proto__":{"a":1},"length":9007199254740991,"get":1,"sub":"a","name":"b","toString":1,"valueOf":1,"toJSON":1,"then":1}',
  ),
  { length: 9007199254740991, size: 9007199254740991, sub: 'a', groups: { length: 9007199254740991 } },
]

export interface Samples {
  readonly claims: Readonly<Record<string, unknown>>
  readonly data: Readonly<Record<string, unknown>>
  readonly bodies: Readonly<Record<string, unknown>>
}

/** How a module behaved: what it decided, by kind of result. */
export interface Behavior {
  outcomes: number
  others: number
  thrown: number
}

/** Runs all of a module: with samples that fit, and with hostile values. */
export function exercise(module: PolicyModule, samples: Samples): Behavior {
  const seen: Behavior = { outcomes: 0, others: 0, thrown: 0 }
  const attempt = <T>(run: () => T): T | undefined => {
    try {
      return run()
    } catch {
      seen.thrown += 1
      return undefined
    }
  }
  const data: Record<string, unknown> = Object.create(null)
  for (const { name, prepare } of module.data) {
    for (const json of HOSTILE) attempt(() => prepare(json))
    data[name] = attempt(() => prepare(samples.data[name]))
  }
  attempt(() => linkData(module, data))
  const auth = { time: 1n, acr: 'a', mfa: true }
  const callers: Facts[] = [anonymousFacts]
  for (const { name, facts } of module.identities) {
    for (const json of [samples.claims[name], ...HOSTILE]) {
      const found = attempt(() => facts(json as object, data, auth))
      if (isObject(found) && callers.length < 4) callers.push(found as Facts)
    }
  }
  for (const route of module.routes) {
    const values: Record<string, readonly string[]> = Object.create(null)
    for (const { name, many } of route.query?.keys ?? []) values[name] = many ? ['a', 'b'] : ['1']
    const query = attempt(() => route.query?.read(values)) ?? null
    for (const json of HOSTILE) attempt(() => route.body?.read(json))
    const body = attempt(() => route.body?.read(samples.bodies[route.name]))
    const segments = route.segments.map((segment) => (segment.kind === 'literal' ? segment.text : '7'))
    const request = {
      ...{
        method: 'GET',
        host: 'a.test',
        path: `/${segments.join('/')}`,
        segments,
        headers: new Headers(),
        sourceIp: '192.0.2.1',
      },
      ...{ time: 2n, query, body, mtls: null, data },
    } as DecisionRequest
    for (const facts of callers) {
      const decided = attempt(() => route.decide(facts, request))
      if (decided !== undefined) seen[module.outcomes[decided] === undefined ? 'others' : 'outcomes'] += 1
      attempt(() => route.early?.(facts, { ...request, body: undefined }))
      attempt(() => route.obligations?.(facts, request))
      attempt(() => route.trace(facts, request, module.outcomes[decided ?? 0] ?? null).explanation())
    }
  }
  return seen
}

export function exerciseValidators(tables: Validators, samples: Samples): Behavior {
  const seen: Behavior = { outcomes: 0, others: 0, thrown: 0 }
  const ask = (validator: Validator, json: unknown) => {
    try {
      seen[typeof validator(json) === 'boolean' ? 'outcomes' : 'others'] += 1
    } catch {
      seen.thrown += 1
    }
    lookDeep(validator.errors, 0)
  }
  for (const table of ['claims', 'data', 'bodies'] as const)
    for (const [name, validator] of Object.entries(tables[table]))
      for (const json of [samples[table][name], ...HOSTILE]) ask(validator, json)
  return seen
}

function lookDeep(value: unknown, depth: number): void {
  look(value)
  if (isObject(value) && depth < 6) for (const one of Object.values(value)) lookDeep(one, depth + 1)
}

/** What was reached since this was asked last. */
export function takeReached(): readonly string[] {
  findChanges()
  const all = [...reached]
  reached.clear()
  return all
}
