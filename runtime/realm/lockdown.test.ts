/** Walks a realm as code of a bundle finds it, and looks for what can be changed, and for what should not be there. */
import { setFlagsFromString } from 'node:v8'
import { expect, test } from 'vitest'
import { tinyPolicy } from '../../tests/bundles/tiny-policy.ts'
import { createRealm } from './create-realm.ts'

/** Runs a function body in a realm; what it returns as `abi`, as JSON. */
function inRealm(body: string, withRegex = false): unknown {
  const realm = createRealm(withRegex)
  const program = realm.open(realm.compile(body, 'iap:test/policy.js'), realm.compile('return {}', 'iap:test/validators.js'))
  return (JSON.parse(program.tables()) as { readonly abi: unknown }).abi
}

const WALK = `
const roots = { globalThis, abi, array: [], object: {}, text: '', number: 1, bigint: 1n, symbol: Symbol('a'), bool: true, regex: /a/, f: function () {}, arrow: () => {},
  generator: function* () {}, iterator: [][Symbol.iterator](), mapIterator: new Map().keys(), setIterator: new Set().keys(), textIterator: ''[Symbol.iterator](),
  matches: 'a'.matchAll(/a/g), klass: class {}, error: new TypeError('a'), strict: (function () { 'use strict'; return arguments })(),
  template: ((strings) => strings)\`a\`, typed: new Uint8Array(1) }
const fresh = new Set(Object.values(roots)), pending = [], seen = new Map(), loose = [], names = new Set()
for (const [name, root] of Object.entries(roots)) pending.push([name, root])
fresh.delete(globalThis); fresh.delete(abi)
while (pending.length > 0) {
  const [path, value] = pending.pop()
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    if (typeof value === 'symbol' || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
      pending.push([path + '.proto', Object.getPrototypeOf(value)])
    continue
  }
  if (seen.has(value)) continue
  seen.set(value, path)
  if (typeof value === 'function') names.add(value.name)
  const isFresh = fresh.has(value) || [...fresh].some((one) => typeof one === 'function' && one.prototype === value)
  if (!isFresh && !Object.isFrozen(value) && !ArrayBuffer.isView(value)) loose.push(path)
  pending.push([path + '.proto', Object.getPrototypeOf(value)])
  for (const key of [...Object.getOwnPropertyNames(value), ...Object.getOwnPropertySymbols(value)]) {
    const { value: member, get, set } = Object.getOwnPropertyDescriptor(value, key)
    for (const [how, one] of [['', member], [' get', get], [' set', set]]) if (one !== undefined) pending.push([path + '.' + String(key) + how, one])
  }
}
return { abi: { loose, names: [...names], globals: Object.getOwnPropertyNames(globalThis).sort(), count: seen.size } }
`

interface Walked {
  readonly loose: readonly string[]
  readonly names: readonly string[]
  readonly globals: readonly string[]
  readonly count: number
}

test('everything that can be reached is frozen', () => {
  for (const withRegex of [false, true]) {
    const { loose, count } = inRealm(WALK, withRegex) as Walked
    expect(loose).toEqual([])
    expect(count).toBeGreaterThan(500)
  }
})

test('it has what decisions need, and nothing that makes promises, tells the time, draws lots or makes code', () => {
  const { globals, names } = inRealm(WALK) as Walked
  expect(globals).toEqual(
    `AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError Float32Array Float64Array
    Function Infinity Int16Array Int32Array Int8Array JSON Map Math NaN Number Object RangeError ReferenceError RegExp Set String Symbol SyntaxError
    TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent
    globalThis isFinite isNaN parseFloat parseInt undefined`.split(/\s+/),
  )
  for (const name of [
    'Promise',
    'Proxy',
    'WeakRef',
    'FinalizationRegistry',
    'SharedArrayBuffer',
    'eval',
    'fromAsync',
    'now',
    'random',
  ])
    expect(names).not.toContain(name)
})

test('what a flag of V8 adds is not there', () => {
  setFlagsFromString('--expose-gc')
  try {
    expect(inRealm('return { abi: typeof gc }')).toBe('undefined')
  } finally {
    setFlagsFromString('--no-expose-gc')
  }
})

test('no code is made of texts', () => {
  const made = `
const tries = [() => Function('return 1')(), () => [].constructor.constructor('return 1')(), () => (function* () {}).constructor('yield 1')]
return { abi: tries.map((attempt) => { try { attempt(); return 'made' } catch (error) { return error instanceof EvalError } }) }`
  expect(inRealm(made)).toEqual([true, true, true])
})

test('an error has no stack, so that reading one calls nothing of the host; what is thrown when the stack is used up is of the realm', () => {
  const deep = `
const errors = []
function dig() { try { dig() } catch (error) { try { errors.push(error); String(new Error('a').stack); [].map(dig) } catch (other) { errors.push(other) } throw error } }
try { dig() } catch (error) { errors.push(error) }
try { Error.stackTraceLimit = 10 } catch {}
try { Error.prepareStackTrace = () => 1 } catch {}
return { abi: [errors.every((error) => error instanceof RangeError), errors.length > 10, new Error('a').stack === undefined, 'stackTraceLimit' in Error] }`
  expect(inRealm(deep)).toEqual([true, true, true, false])
})

test('members of an own object may be called as those of all objects are', () => {
  const own = `const seen = {}; seen.constructor = true; seen.toString = 1; const error = new Error('a'); error.name = 'B'
return { abi: [seen.constructor, Object.keys(seen).length, error.name, {}.constructor === Object] }`
  expect(inRealm(`'use strict'\n${own}`)).toEqual([true, 2, 'B', true])
})

test.each(["import('node:fs')", 'async () => 1', 'async function f() {}', '[...import ("a")]'])('%s is not compiled', (code) => {
  expect(() => createRealm(false).compile(`const a = ${code}`, 'iap:test/policy.js')).toThrow(/has the word/)
})

test('two realms have nothing in common', () => {
  const [one, other] = [createRealm(false), createRealm(false)]
  const body = `const count = [0]; ${tinyPolicy().replace("'use strict'", '')}`
  const [a, b] = [one, other].map((realm) => realm.compile(body, 'iap:test/policy.js')) as [object, object]
  expect(Object.getPrototypeOf(a)).not.toBe(Object.getPrototypeOf(b))
  expect(Object.getPrototypeOf(a)).not.toBe(Function.prototype)
})
