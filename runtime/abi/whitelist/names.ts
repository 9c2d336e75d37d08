/**
 * The names that `policy.js` may use, each with the reason for which it may. What the compiler begins to emit gets its row here, or in
 * `policy/statements.ts` and `policy/expressions.ts`.
 */
import { helpers } from '../helpers.ts'

/** What validators alone are given: one makes regular expressions that can take for ever. */
const FOR_VALIDATORS: readonly string[] = ['formats', 'pattern', 'sameJson', 'distinctJson', 'takeStep', 'withinSteps']

/** Members of `abi`. */
export const HELPERS: ReadonlySet<string> = new Set(Object.keys(helpers).filter((name) => !FOR_VALIDATORS.includes(name)))

/** Names that come from nowhere: values, each of one meaning. */
export const VALUES: Readonly<Record<string, string>> = {
  undefined: 'an evaluation error, and what is absent',
  NaN: 'a double',
  Infinity: 'a double',
}

/** What may stand behind `new`. */
export const CONSTRUCTORS: Readonly<Record<string, string>> = {
  Map: 'a map literal, and a table that is looked up by text',
  Set: 'a table of what is among few',
  Uint8Array: 'a table of small numbers',
  Uint16Array: 'a table of small numbers',
  Uint32Array: 'a table of numbers, and sets of bits',
  Int32Array: 'a table of numbers, and sets of bits',
}

/** Members that emitted code reads of what it is given; those of its own records it names itself. */
export const MEMBERS: Readonly<Record<string, string>> = {
  identity: 'of facts: whose',
  roles: 'of facts: bits',
  caller: 'of facts: the typed caller',
  auth: 'of facts: how and when they authenticated',
  method: 'of a request',
  host: 'of a request',
  path: 'of a request, a SPIFFE ID and a certificate',
  segments: 'of a request',
  headers: 'of a request',
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
  length: 'of a list or a text',
  size: 'of a set or a map',
  bits: 'of what is above a name: which names may be',
}

/** Methods that emitted code calls, whatever they are of; none of them calls a function that it is given. */
export const METHODS: Readonly<Record<string, string>> = {
  get: 'a header, an entry of a map',
  count: 'the lines of a header',
  has: 'whether a set or a map has it, and whether a name is above another',
  keys: 'what a comprehension over a map goes through',
  includes: '`contains` of a text',
  startsWith: 'of a text',
  endsWith: 'of a text',
  charCodeAt: 'of a text: one unit of it',
  indexOf: '`in` a list',
  concat: '`+` of lists',
  push: 'what a comprehension collects',
  test: 'of a regular expression that `abi.regex` made',
  within: 'of a hierarchy',
  isBelow: 'the same by positions',
  isBelowAny: 'of several',
  positionOf: 'where a text stands in a hierarchy or a map',
  entryAt: 'what stands in a map there',
  judge: 'of the tracer',
  oblige: 'of the tracer',
  permit: 'of obligations',
  end: 'of the tracer and of obligations',
}

/**
 * Words that stand nowhere as the name of a property, as they lead out of the module: to prototypes, to constructors (of functions, too, from
 * texts), to what Node hands out, and to what others call by itself. A field of a policy that is called so has `$` before its name (`compiler/codegen/property.ts`).
 */
const REFUSED: ReadonlySet<string> = new Set(
  `constructor prototype hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf
  eval Function import globalThis global process then toJSON`.split(/\s+/),
)

export function isRefusedName(name: string): boolean {
  return REFUSED.has(name) || name.startsWith('__')
}
