/**
 * Makes a new realm one in which nothing can be changed and little can be reached: globals that no decision needs go, everything
 * that can be reached from what is left is frozen. Runs in the realm, after the program has been set up and before any code of a
 * bundle.
 */

/** What stays. Of what a later Node adds nothing does by itself. */
const GLOBALS: ReadonlySet<string> = new Set(
  `Object Function Array Number String Boolean Symbol BigInt Math JSON RegExp Date Map Set WeakMap WeakSet
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError
  ArrayBuffer DataView Uint8Array Int8Array Uint8ClampedArray Uint16Array Int16Array Uint32Array Int32Array Float32Array
  Float64Array BigInt64Array BigUint64Array
  Infinity NaN undefined globalThis parseInt parseFloat isFinite isNaN encodeURIComponent
  decodeURIComponent encodeURI decodeURI`.split(/\s+/),
)

/**
 * Members that make promises, tell the time, or draw lots; and what makes V8 take stacks. Code of the host runs when a stack is
 * read and when a promise is rejected: if it runs out of stack there, its error comes out in the realm.
 */
const MEMBERS: readonly (readonly [keyof typeof globalThis, readonly string[]])[] = [
  ['Array', ['fromAsync']],
  ['Date', ['now']],
  ['Math', ['random']],
  ['Error', ['captureStackTrace', 'stackTraceLimit', 'prepareStackTrace']],
]

export function lockdown(): void {
  const { deleteProperty, ownKeys } = Reflect
  const roots = [globalThis, ...hiddenIntrinsics()]
  for (const name of ownKeys(globalThis)) if (typeof name === 'symbol' || !GLOBALS.has(name)) deleteProperty(globalThis, name)
  for (const [name, members] of MEMBERS) for (const member of members) deleteProperty(globalThis[name], member)
  enableOverrides(Error.prototype, ['name', 'message'])
  // Validators note the properties that they have seen, whatever these are called, in objects of their own.
  enableOverrides(Object.prototype, Object.getOwnPropertyNames(Object.prototype))
  for (const root of roots) harden(root)
}

/** What no global leads to. */
function hiddenIntrinsics(): readonly unknown[] {
  return [
    function* () {},
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ''[Symbol.iterator](),
    ''.matchAll(/a/g),
    Object.getOwnPropertyDescriptor(
      (function () {
        // biome-ignore lint/complexity/noArguments: its accessors are what is looked for.
        return arguments
      })(),
      'callee',
    ),
    // Of V8 13 and later, an accessor.
    Object.getOwnPropertyDescriptor(new Error(), 'stack'),
  ]
}

/** Members of an object that its heirs may still be given by assignment, though it is frozen itself. */
function enableOverrides(object: object, names: readonly string[]): void {
  for (const name of names) {
    const { value } = Object.getOwnPropertyDescriptor(object, name) as PropertyDescriptor
    // `__proto__` is an accessor already.
    if (value === undefined) continue
    Object.defineProperty(object, name, {
      get: () => value,
      set(this: object, own: unknown) {
        Object.defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true })
      },
      enumerable: false,
      configurable: false,
    })
  }
}

/** Freezes everything that can be reached from it, by members and prototypes. */
export function harden(root: unknown): void {
  const pending: unknown[] = [root]
  const seen = new Set<unknown>()
  while (pending.length > 0) {
    const next = pending.pop()
    if ((typeof next !== 'object' && typeof next !== 'function') || next === null || seen.has(next)) continue
    seen.add(next)
    pending.push(Object.getPrototypeOf(next))
    // Their numbers cannot be frozen, and there may be many.
    if (ArrayBuffer.isView(next)) continue
    Object.freeze(next)
    for (const key of keysOf(next)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(next, key) as PropertyDescriptor
      pending.push(value, get, set)
    }
  }
}

function keysOf(object: object): readonly PropertyKey[] {
  return [...Object.getOwnPropertyNames(object), ...Object.getOwnPropertySymbols(object)]
}
