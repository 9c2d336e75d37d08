import { type FieldShape, parseTimestamp, readDurationConstant, type Type } from '../language/index.ts'
import { parseAddress } from '../request/index.ts'
import { parseRange } from './addresses.ts'
import { ancestorsOf, type Fields, fail, ranged, setOf, type Value } from './value.ts'

export const reject = (): never => fail('decode-error')

/** A text without lone surrogates. */
const text = (json: unknown) => (typeof json === 'string' && json.isWellFormed() ? json : reject())
const array = (json: unknown, { most = Number.POSITIVE_INFINITY }: { readonly most?: number } = {}): readonly unknown[] =>
  Array.isArray(json) && json.length <= most ? json : reject()
const object = (json: unknown): Readonly<Record<string, unknown>> =>
  json !== null && typeof json === 'object' && !Array.isArray(json) ? (json as Record<string, unknown>) : reject()

type Decoder<T> = (json: unknown, type: T, isClaim: boolean) => Value
type Kind = Exclude<Type['kind'], 'optional' | 'caller' | 'unknown'>

/**
 * Decodes a JSON value as a value of a type. In claims, records may have undeclared members, and timestamps may be seconds since
 * 1970.
 *
 * @throws EvalFailure if the JSON value does not match the type
 */
export function typed(json: unknown, type: Type, isClaim = false): Value {
  return (decoders[type.kind as Kind] as Decoder<Type>)(json, type, isClaim)
}

const decoders: { readonly [K in Kind]: Decoder<Extract<Type, { kind: K }>> } = {
  bool: (json) => (typeof json === 'boolean' ? json : reject()),
  int: (json) => (Number.isSafeInteger(json) ? (json as number) + 0 : reject()),
  double: (json) => (Number.isFinite(json) ? (json as number) + 0 : reject()),
  string: text,
  literals: (json, { values }) => values.find((value) => value === json) ?? reject(),
  timestamp: (json, type, isClaim) => {
    if (!isClaim || typeof json !== 'number') return parseTimestamp(text(json)) ?? reject()
    // RFC 7519, section 2: seconds, rounded to milliseconds.
    return Math.abs(json) < 1e12 ? ranged(BigInt(Math.round(json * 1000)) * 1_000_000n, type) : reject()
  },
  duration: (json) => readDurationConstant(text(json)) ?? reject(),
  ip: (json) => parseAddress(text(json)) ?? reject(),
  cidr: (json) => parseRange(text(json)) ?? reject(),
  list: (json, type, isClaim) => array(json, type).map((one) => typed(one, type.element, isClaim)),
  set: (json, type, isClaim) => setOf(array(json, type).map((one) => typed(one, type.element, isClaim))),
  map: (json, type, isClaim) => {
    const members = array(Object.entries(object(json)), type) as [string, unknown][]
    return new Map(members.map(([key, one]) => [text(key), typed(one, type.value, isClaim)]))
  },
  record: (json, { fields, open }, isClaim) => {
    const paths = [...fields.values()].map(({ path }) => path)
    if (!isClaim && !open && !isClosed(json, paths)) reject()
    return fieldsOf(fields, json, (found, { type }) => typed(found, type, isClaim))
  },
  hierarchy: (json) => {
    const parents = new Map(Object.entries(object(json)).map(([name, above]) => [text(name), array(above).map(text)]))
    return [...parents.keys()].some((name) => ancestorsOf(parents, name).has(name)) ? reject() : parents
  },
}

type Shapes = ReadonlyMap<string, FieldShape>

/**
 * Decodes the declared fields of a record, of claims or of a query, and returns the values by field name.
 *
 * @throws EvalFailure if a required field is missing
 */
export function fieldsOf(shapes: Shapes, json: unknown, admit: (found: unknown, shape: FieldShape) => Value): Fields {
  const whole = object(json)
  const fields = [...shapes].flatMap(([name, shape]) => {
    const found = shape.path.reduce<unknown>(memberOf, whole) ?? null
    if (found === null) return shape.optional ? [] : reject()
    return [[name, admit(found, shape)] as const]
  })
  return new Map(fields)
}

/** Returns a member; undefined if the whole is absent or null. Rejects a whole that is no object. */
function memberOf(whole: unknown, key: string): unknown {
  return whole === undefined || whole === null || !Object.hasOwn(object(whole), key) ? undefined : object(whole)[key]
}

/** Whether all members are on some path. */
function isClosed(json: unknown, paths: readonly (readonly string[])[]): boolean {
  return Object.entries(object(json)).every(([key, member]) => {
    const behind = paths.filter(([first]) => first === key).map(([, ...rest]) => rest)
    const isValue = member === null || behind.some((path) => path.length === 0)
    return behind.length > 0 && (isValue || isClosed(member, behind))
  })
}

/**
 * Decodes the names in a verified client certificate to `spiffe_id`, `trust_domain`, `path` and `dns_names` (SPIFFE-ID, section
 * 2).
 */
export function certificateOf(json: unknown): Fields {
  const id = text(memberOf(json, 'spiffe_id'))
  const [, domain, path] = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/[A-Za-z0-9._-]+)+)$/.exec(id) ?? []
  if (domain === undefined || path === undefined || id.length > 2048 || /\/\.\.?(\/|$)/.test(path)) return reject()
  const names = array(memberOf(json, 'dns_names') ?? []).map(text)
  return new Map<string, Value>(Object.entries({ spiffe_id: id, trust_domain: domain, path, dns_names: names }))
}
