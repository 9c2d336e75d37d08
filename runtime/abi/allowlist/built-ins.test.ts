import { expect, it } from 'vitest'
import { BUILT_IN_NAMES } from './built-ins.ts'
import { isReservedName, MEMBERS, METHODS } from './names.ts'

const GLOBALS =
  `Object Function Array String Number Boolean Symbol BigInt RegExp Map Set WeakMap WeakSet WeakRef FinalizationRegistry Date Promise Proxy
  Reflect JSON Math Atomics Intl Iterator Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError
  ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array
  Float32Array Float64Array BigInt64Array BigUint64Array DisposableStack AsyncDisposableStack`.split(/\s+/)

/** What no global names. */
const HIDDEN = [
  [][Symbol.iterator](),
  new Map().keys(),
  new Set().keys(),
  ''[Symbol.iterator](),
  'a'.matchAll(/a/g),
  (function* () {})(),
  (async function* () {})(),
  async () => {},
  new Intl.Segmenter().segment(''),
]

/** The names of all properties of the intrinsics, found by walking from one to the next. */
function intrinsicNames(): ReadonlySet<string> {
  const names = new Set<string>()
  const seen = new Set<unknown>([globalThis, process])
  const left: unknown[] = [...GLOBALS.map((name) => (globalThis as Record<string, unknown>)[name]), ...HIDDEN]
  for (let value = left.pop(); left.length > 0 || value !== undefined; value = left.pop()) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue
    seen.add(value)
    left.push(Object.getPrototypeOf(value))
    for (const key of Reflect.ownKeys(value)) {
      const { value: member, get, set } = Object.getOwnPropertyDescriptor(value, key) ?? {}
      left.push(member, get, set)
      if (typeof key === 'string' && /^[A-Za-z_]\w*$/.test(key)) names.add(key)
    }
  }
  return names
}

it('reserves the name of every property of every intrinsic', () => {
  const names = intrinsicNames()
  expect(names.size).toBeGreaterThan(350)
  for (const name of ['constructor', 'call', 'from', 'sub', '__proto__', 'next', 'toJSON', 'resolve'])
    expect(names).toContain(name)
  expect([...names].filter((name) => !isReservedName(name))).toEqual([])
})

it('reads a name of an intrinsic only where it is a number, or of `facts`', () => {
  const read = Object.keys(MEMBERS).filter((name) => BUILT_IN_NAMES.has(name))
  expect(read).toEqual(['caller', 'length', 'size'])
  for (const name of Object.keys(METHODS)) expect(isReservedName(name), name).toBe(true)
})
