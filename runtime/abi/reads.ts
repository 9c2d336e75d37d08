/**
 * What the conditions of a policy read of requests, by route: what an audit record has to hold so that its decision can be
 * explained and decided again. Nothing is decided by it.
 */
export interface PolicyReads {
  /** Sorted by name. */
  readonly identities: readonly IdentityReads[]
  /** Each is that of many routes. */
  readonly sets: readonly ReadSet[]
  /** The place in `sets` of that of a route, `service.route`. */
  readonly routes: Readonly<Record<string, number>>
}

export interface IdentityReads {
  readonly name: string
  /** All that its credential carries, sorted by name: read or not. */
  readonly claims: readonly ClaimShape[]
  /** Whether `spiffe_id` is a claim by itself, of which `trust_domain` and `path` are parts. */
  readonly spiffe: boolean
  /** What each of its roles reads, through other roles too; sorted by name. */
  readonly roles: readonly RoleReads[]
}

export interface ClaimShape {
  readonly name: string
  /** Where it stands among the claims, by keys of objects. */
  readonly from: readonly string[]
  readonly type: ReadType
  readonly optional: boolean
}

export interface RoleReads {
  readonly name: string
  readonly values: readonly ReadValue[]
  readonly data: readonly string[]
}

/** What one route reads, or several alike. */
export interface ReadSet {
  /** Sorted by path. What each record has is not among them. */
  readonly values: readonly ReadValue[]
  /** Names, sorted. */
  readonly roles: readonly string[]
}

export interface ReadValue {
  /**
   * `["caller", "department"]`, `["request", "headers", "x-tenant"]`: as policies write it, up to what may be absent or has
   * elements.
   */
  readonly at: readonly string[]
  /** Of a record and of elements that are records: what is read of them. */
  readonly type: ReadType
  readonly optional: boolean
  /**
   * Whether all that is asked of it is whether it, or an element of it, equals something that stands there: so a value in its
   * place that equals nothing else will do.
   */
  readonly opaque: boolean
  /** All that is asked of it is whether it is there. */
  readonly presence?: true
}

export type ReadType =
  | 'bool'
  | 'int'
  | 'double'
  | 'string'
  | 'timestamp'
  | 'duration'
  | 'ip'
  | 'cidr'
  | { readonly literals: readonly string[] }
  | { readonly list: ReadType }
  | { readonly set: ReadType }
  | { readonly map: ReadType }
  | { readonly record: Readonly<Record<string, { readonly type: ReadType; readonly optional: boolean }>> }

/** As a policy writes it. */
export function readPath(at: readonly string[]): string {
  return at[0] === 'request' && at[1] === 'headers' ? `request.headers[${JSON.stringify(at[2])}]` : at.join('.')
}

/**
 * As it stands in the manifest, whose every element has a line of its own: what many sets hold is said once, and a set is a text,
 * `0 3 support`, of the places of its values and the names of its roles.
 */
export interface WrittenReads {
  readonly identities: readonly (Omit<IdentityReads, 'roles'> & { readonly roles: readonly WrittenRole[] })[]
  readonly values: readonly ReadValue[]
  readonly sets: readonly string[]
  readonly routes: PolicyReads['routes']
}

/** `values`: their places. */
export interface WrittenRole extends Omit<RoleReads, 'values'> {
  readonly values: string
}

export function writeReads({ identities, sets, routes }: PolicyReads): WrittenReads {
  const values: ReadValue[] = []
  const places = new Map<string, number>()
  const placesOf = (read: readonly ReadValue[]): readonly string[] =>
    read.map((value) => {
      const text = JSON.stringify(value)
      const place = places.get(text) ?? values.push(value) - 1
      places.set(text, place)
      return String(place)
    })
  return {
    identities: identities.map((identity) => ({
      ...identity,
      roles: identity.roles.map((role) => ({ ...role, values: placesOf(role.values).join(' ') })),
    })),
    sets: sets.map((set) => [...placesOf(set.values), ...set.roles].join(' ')),
    values,
    routes,
  }
}

export function readWritten({ identities, values, sets, routes }: WrittenReads): PolicyReads {
  const valuesOf = (words: readonly string[]) => words.filter(isPlace).map((place) => values[Number(place)] as ReadValue)
  return {
    identities: identities.map((identity) => ({
      ...identity,
      roles: identity.roles.map((role) => ({ ...role, values: valuesOf(role.values.split(' ')) })),
    })),
    sets: sets.map((text) => {
      const words = text.split(' ')
      return { values: valuesOf(words), roles: words.filter((word) => word !== '' && !isPlace(word)) }
    }),
    routes,
  }
}

/** Names begin with a letter. */
function isPlace(word: string): boolean {
  return /^\d/.test(word)
}
