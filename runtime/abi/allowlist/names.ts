/**
 * The names that `policy.js` may use, with their purpose. New output gets a row here or in `policy/statements.ts`,
 * `policy/expressions.ts`.
 */
import { BUILT_IN_NAMES } from './built-ins.ts'

/** Globals that `policy.js` may use as values, by name, each with its meaning. */
export const VALUES: Readonly<Record<string, string>> = {
  undefined: 'an evaluation error, and what is absent',
  NaN: 'a double',
  Infinity: 'a double',
}

export const CONSTRUCTORS: Readonly<Record<string, string>> = {
  Map: 'a map literal',
  Int32Array: 'the tables of a policy with many routes',
}

/**
 * Members that emitted code may read of its inputs, such as requests and callers, by name, each with its meaning. Members of
 * records that the module itself makes are not listed.
 */
export const MEMBERS: Readonly<Record<string, string>> = {
  identity: 'of facts: whose',
  roles: 'of facts: bits',
  caller: 'of `facts` alone: the typed caller',
  auth: 'of facts: how and when they authenticated',
  method: 'of a request',
  host: 'of a request',
  path: 'of a request, a SPIFFE ID and a certificate',
  segments: 'of a request',
  headers: 'of `request` alone, and only to call `get` or `count`',
  sourceIp: 'of a request',
  time: 'of a request',
  query: 'of a request',
  body: 'of a request',
  mtls: 'of a request: the certificate of its connection',
  data: 'of a request',
  spiffe_id: 'of a certificate',
  trust_domain: 'of a certificate',
  dns_names: 'of a certificate',
  id: 'of a SPIFFE ID',
  trustDomain: 'of a SPIFFE ID',
  seconds: 'of a time in a place',
  whole: 'of a time in a place',
  length: 'of a list or a text: a number, whatever it is read of',
  size: 'of a set or a map: a number, whatever it is read of',
  bits: 'of what is above a name: which names may be',
}

export interface AllowedMethod {
  readonly why: string
  /** Minimum and maximum number of arguments. */
  readonly takes: readonly [number, number]
  /**
   * Kind of value on which the method may be called. `list`: an array that the function made. `regex`: a constant of `abi.regex`.
   * `loop`: the collection of a loop. `headers`, `trace`, `obligations`: the parameter of that name. If absent, the method may be
   * called on any value, because no value is a function, and no record has such a member.
   */
  readonly of?: 'headers' | 'list' | 'regex' | 'loop' | 'trace' | 'obligations'
}

/** Methods that emitted code may call, by name. None of them calls a function that it receives as an argument. */
export const METHODS: Readonly<Record<string, AllowedMethod>> = {
  get: { why: 'a header, an entry of a map', takes: [1, 1] },
  count: { why: 'the lines of a header', takes: [1, 1], of: 'headers' },
  has: { why: 'whether a set or a map has it, and whether a name is above another', takes: [1, 2] },
  keys: { why: 'what a comprehension over a map goes through', takes: [0, 0], of: 'loop' },
  includes: { why: '`contains` of a text', takes: [1, 1] },
  startsWith: { why: 'of a text', takes: [1, 1] },
  endsWith: { why: 'of a text', takes: [1, 1] },
  indexOf: { why: '`in` a list', takes: [1, 1] },
  concat: { why: '`+` of lists', takes: [1, 1] },
  push: { why: 'what a comprehension collects', takes: [1, 1], of: 'list' },
  test: { why: 'of a regular expression that `abi.regex` made', takes: [1, 1], of: 'regex' },
  within: { why: 'of a hierarchy', takes: [2, 2] },
  isBelow: { why: 'the same by positions', takes: [4, 4] },
  isBelowAny: { why: 'of several', takes: [4, 4] },
  positionOf: { why: 'where a text stands in a hierarchy or a map', takes: [1, 1] },
  entryAt: { why: 'what stands in a map there', takes: [1, 1] },
  judge: { why: 'of the tracer', takes: [1, 2], of: 'trace' },
  oblige: { why: 'of the tracer', takes: [2, 2], of: 'trace' },
  permit: { why: 'of obligations', takes: [3, 3], of: 'obligations' },
  end: { why: 'of obligations', takes: [0, 0], of: 'obligations' },
}

/** Names of methods of inputs that emitted code does not call. */
const HOST_METHODS = 'ancestorsOf mapped hasSought explanation shift prepare sorted'

/** Names that the engine calls or reads implicitly, and names of Node. */
const OTHERS = 'eval Function import globalThis global process require module headers default'

const RESERVED: ReadonlySet<string> = new Set([
  ...BUILT_IN_NAMES,
  ...Object.keys(METHODS),
  ...HOST_METHODS.split(' '),
  ...OTHERS.split(' '),
])

/**
 * Returns whether a member name is reserved, such as the names of built-ins and methods. Records of a module have no reserved
 * members, and emitted code reads such members only if `MEMBERS` or `METHODS` allows it. Reading a record of the module thus
 * never yields a function of the engine, and such a record cannot pose as an input. A field of a policy with a reserved name gets
 * a `$` prefix (`compiler/codegen/property.ts`).
 */
export function isReservedName(name: string): boolean {
  return RESERVED.has(name) || name.startsWith('__')
}

/**
 * Returns the member name under which emitted code stores a field of the policy: the field's name, with a `$` prefix if the name
 * is reserved (`spec/language/whitelist.md`). Different fields have different member names.
 */
export function propertyName(field: string): string {
  return isReservedName(field) ? `$${field}` : field
}

/** Returns the name of the policy's field that emitted code stores under a member name: the inverse of `propertyName`. */
export function fieldName(property: string): string {
  return property.startsWith('$') ? property.slice(1) : property
}
