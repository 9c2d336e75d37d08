/**
 * Locks down a new realm: removes unneeded globals and freezes everything reachable. Runs in the realm, after the program's setup
 * and before any code of a bundle.
 */

/** Names of the globals that remain. Globals of later Node versions are removed. */
const GLOBALS: ReadonlySet<string> = new Set(
  `Object Function Array Number String Boolean Symbol BigInt Math JSON RegExp Date Map Set WeakMap WeakSet
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError
  ArrayBuffer DataView Uint8Array Int8Array Uint8ClampedArray Uint16Array Int16Array Uint32Array Int32Array Float32Array
  Float64Array BigInt64Array BigUint64Array
  Infinity NaN undefined globalThis parseInt parseFloat isFinite isNaN encodeURIComponent
  decodeURIComponent encodeURI decodeURI`.split(/\s+/),
)

/**
 * Members to remove: promises, time, randomness and stack capture. Code of the host runs when a stack is read or a promise is
 * rejected, and an overflow of its stack would leak an error of the host into the realm.
 */
const MEMBERS: readonly (readonly [keyof typeof globalThis, readonly string[]])[] = [
  ['Array', ['fromAsync']],
  ['Date', ['now']],
  ['Math', ['random']],
  ['Error', ['captureStackTrace', 'stackTraceLimit', 'prepareStackTrace']],
]

export function lockdown(): void {
  const { deleteProperty, ownKeys, set } = Reflect
  const roots = [globalThis, ...hiddenIntrinsics()]
  for (const name of ownKeys(globalThis)) {
    if (typeof name === 'string' && GLOBALS.has(name)) continue
    // Some globals that flags of V8 add, such as `gc`, cannot be deleted.
    if (!deleteProperty(globalThis, name)) set(globalThis, name, undefined)
  }
  for (const [name, members] of MEMBERS) for (const member of members) deleteProperty(globalThis[name], member)
  enableOverrides(Error.prototype, ['name', 'message'])
  // Validators store seen property names, whatever they are, in own objects.
  enableOverrides(Object.prototype, Object.getOwnPropertyNames(Object.prototype))
  for (const root of roots) harden(root)
}

/** Returns the intrinsics to which no global refers. */
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
    // An accessor since V8 13.
    Object.getOwnPropertyDescriptor(new Error(), 'stack'),
  ]
}

/** Lets objects that inherit from a frozen object get these members by assignment. */
function enableOverrides(object: object, names: readonly string[]): void {
  for (const name of names) {
    const { value } = Object.getOwnPropertyDescriptor(object, name) as PropertyDescriptor
    // `__proto__` is already an accessor.
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

/** Freezes all objects that can be reached from `root` by members and prototypes. */
export function harden(root: unknown): void {
  const pending: unknown[] = [root]
  const seen = new Set<unknown>()
  while (pending.length > 0) {
    const next = pending.pop()
    if ((typeof next !== 'object' && typeof next !== 'function') || next === null || seen.has(next)) continue
    seen.add(next)
    pending.push(Object.getPrototypeOf(next))
    // Typed arrays cannot be frozen, and may be large.
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
