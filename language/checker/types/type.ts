/** The types of expressions and declarations after checking. Aliases are resolved: types are structural. */
export type Type =
  | { readonly kind: 'bool' | 'int' | 'double' | 'string' | 'timestamp' | 'duration' | 'ip' | 'cidr' }
  /** A union of string literals, sorted and without duplicates; a subtype of string. */
  | { readonly kind: 'literals'; readonly values: readonly string[] }
  | ({ readonly kind: 'list'; readonly element: Type } & TypeBound)
  | ({ readonly kind: 'set'; readonly element: Type } & TypeBound)
  /** Keys are strings. */
  | ({ readonly kind: 'map'; readonly value: Type } & TypeBound)
  | RecordShape
  /** Name → parents. Only data has this type, and only `within` reads it. */
  | { readonly kind: 'hierarchy' }
  /** The type of `.?f`, `m[?k]` and `optMap`. Expressions only, never written, and never nested. */
  | { readonly kind: 'optional'; readonly value: Type }
  /** `caller`: one of the possible identities, or anonymous. */
  | { readonly kind: 'caller' }
  /** The type after a reported mistake: it fits everything, is never reported again, and never reaches the compiler. */
  | { readonly kind: 'unknown' }

export interface TypeBound {
  /**
   * The maximum number of elements that the decoder accepts in claims, queries and bodies (`boundedType`). `sameType` ignores
   * this member.
   */
  readonly most?: number
}

export interface RecordShape {
  readonly kind: 'record'
  readonly fields: ReadonlyMap<string, FieldShape>
  readonly open: boolean
}

export interface FieldShape {
  readonly type: Type
  readonly optional: boolean
  /** Object keys that lead to the value in the JSON: `['realm_access', 'roles']`, or only the field's name. */
  readonly path: readonly string[]
}

export const BOOL: Type = { kind: 'bool' }
export const INT: Type = { kind: 'int' }
export const DOUBLE: Type = { kind: 'double' }
export const STRING: Type = { kind: 'string' }
export const TIMESTAMP: Type = { kind: 'timestamp' }
export const DURATION: Type = { kind: 'duration' }
export const IP: Type = { kind: 'ip' }
export const CIDR: Type = { kind: 'cidr' }
export const HIERARCHY: Type = { kind: 'hierarchy' }
export const UNKNOWN: Type = { kind: 'unknown' }
export const CALLER: Type = { kind: 'caller' }

/** Formats a type in the notation of the language. */
export function showType(type: Type): string {
  switch (type.kind) {
    case 'literals':
      return type.values.map((value) => JSON.stringify(value)).join(' | ')
    case 'list':
    case 'set':
      return `${type.kind}<${showType(type.element)}>`
    case 'map':
      return `map<string, ${showType(type.value)}>`
    case 'optional':
      return `optional<${showType(type.value)}>`
    case 'record': {
      const fields = [...type.fields].map(([name, field]) => `${name}${field.optional ? '?' : ''}: ${showType(field.type)}`)
      return `{ ${[...fields, ...(type.open ? ['...'] : [])].join(', ')} }`
    }
    default:
      return type.kind
  }
}

export function isString(type: Type): boolean {
  return type.kind === 'string' || type.kind === 'literals'
}

/** Returns whether a claim is an OAuth scope (`scope` or `scp`), which may also be a string of space-separated words. */
export function isScope(path: readonly string[], type: Type): boolean {
  const last = path.at(-1)
  return (last === 'scope' || last === 'scp') && (type.kind === 'list' || type.kind === 'set') && isString(type.element)
}

const SCALARS: ReadonlySet<Type['kind']> = new Set([
  'bool',
  'int',
  'double',
  'string',
  'literals',
  'timestamp',
  'duration',
  'ip',
  'cidr',
])

export function isTime({ kind }: Type): boolean {
  return kind === 'timestamp' || kind === 'duration'
}

export function isScalar(type: Type): boolean {
  return SCALARS.has(type.kind)
}

/** Returns whether `==` accepts the type: scalars, sets, and lists, maps and optionals of comparable types. */
export function isComparable(type: Type): boolean {
  switch (type.kind) {
    case 'unknown':
      return true
    case 'list':
    case 'set':
      return isComparable(type.element)
    case 'map':
    case 'optional':
      return isComparable(type.value)
    default:
      return isScalar(type)
  }
}

/** Returns whether `<` accepts the type. */
export function isOrdered(type: Type): boolean {
  return isScalar(type) && type.kind !== 'ip' && type.kind !== 'cidr'
}

/** Returns whether two types are the same. `unknown` equals every type, so that one mistake is reported once. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b || a.kind === 'unknown' || b.kind === 'unknown') return true
  if (a.kind === 'literals' && b.kind === 'literals') {
    return a.values.length === b.values.length && a.values.every((value, at) => value === b.values[at])
  }
  if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'set' && b.kind === 'set')) return sameType(a.element, b.element)
  if ((a.kind === 'map' && b.kind === 'map') || (a.kind === 'optional' && b.kind === 'optional'))
    return sameType(a.value, b.value)
  if (a.kind === 'record' && b.kind === 'record') return sameRecord(a, b)
  return a.kind === b.kind
}

function sameRecord(a: RecordShape, b: RecordShape): boolean {
  if (a.open !== b.open || a.fields.size !== b.fields.size) return false
  for (const [name, field] of a.fields) {
    const other = b.fields.get(name)
    if (other === undefined || other.optional !== field.optional || !sameType(field.type, other.type)) return false
  }
  return true
}

/**
 * Returns the least type with the values of both types; null if there is none. Literals widen to their union; `int` does not
 * widen to `double`.
 */
export function joinTypes(a: Type, b: Type): Type | null {
  if (a.kind === 'unknown') return b
  if (b.kind === 'unknown') return a
  if (a.kind === 'literals' && b.kind === 'literals') return literals([...a.values, ...b.values])
  if (isString(a) && isString(b)) return STRING
  if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'set' && b.kind === 'set')) {
    const element = joinTypes(a.element, b.element)
    return element === null ? null : { kind: a.kind, element }
  }
  if ((a.kind === 'map' && b.kind === 'map') || (a.kind === 'optional' && b.kind === 'optional')) {
    const value = joinTypes(a.value, b.value)
    return value === null ? null : { kind: a.kind, value }
  }
  return sameType(a, b) ? a : null
}

/**
 * Returns whether every value of one type is also a value of the other: the same type, or fewer literals, also within
 * collections.
 */
export function fitsType(type: Type, wanted: Type): boolean {
  const joined = joinTypes(type, wanted)
  return joined !== null && sameType(joined, wanted)
}

export function literals(values: readonly string[]): Type {
  if (values.length === 1) return { kind: 'literals', values }
  return { kind: 'literals', values: [...new Set(values)].sort() }
}
