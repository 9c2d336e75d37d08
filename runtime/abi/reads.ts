/**
 * The inputs that conditions read, by route. Audit records hold them so that decisions can be explained and repeated. Decisions
 * do not use them.
 */
export interface PolicyReads {
  /** Reads of identities, sorted by name. */
  readonly identities: readonly IdentityReads[]
  /** Reads of routes. Many routes share a set. */
  readonly sets: readonly ReadSet[]
  /** Index of the route's reads in `sets`, by `service.route`. */
  readonly routes: Readonly<Record<string, number>>
}

export interface IdentityReads {
  readonly name: string
  /** All claims of the identity's credential, read or not, sorted by name. */
  readonly claims: readonly ClaimShape[]
  /** Whether `spiffe_id` is a claim with `trust_domain` and `path` as parts. */
  readonly spiffe: boolean
  /** Reads of the identity's roles, direct and indirect, sorted by name. */
  readonly roles: readonly RoleReads[]
}

export interface ClaimShape {
  readonly name: string
  /** Path of the claim in the credential's claims. */
  readonly from: readonly string[]
  readonly type: ReadType
  readonly optional: boolean
}

export interface RoleReads {
  readonly name: string
  readonly values: readonly ReadValue[]
  readonly data: readonly string[]
}

/** The inputs that one or several routes read. */
export interface ReadSet {
  /** Values sorted by path, except those that every record has. */
  readonly values: readonly ReadValue[]
  /** Names of roles, sorted. */
  readonly roles: readonly string[]
}

export interface ReadValue {
  /**
   * Path of the value, up to an optional part or a collection: `["caller", "department"]` or `["request", "headers",
   * "x-tenant"]`.
   */
  readonly at: readonly string[]
  /** Type of the value. For records and elements that are records, only the parts that are read. */
  readonly type: ReadType
  readonly optional: boolean
  /** Whether the value or its elements are only compared for equality, so that a unique placeholder can replace it. */
  readonly opaque: boolean
  /** Whether only the presence of the value is read. */
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

export function readPath(at: readonly string[]): string {
  return at[0] === 'request' && at[1] === 'headers' ? `request.headers[${JSON.stringify(at[2])}]` : at.join('.')
}

/**
 * Reads in the manifest's notation, with an element a line. Values are listed once; a set is a string such as `0 3 support` of
 * indices and roles.
 */
export interface WrittenReads {
  readonly identities: readonly (Omit<IdentityReads, 'roles'> & { readonly roles: readonly WrittenRole[] })[]
  readonly values: readonly ReadValue[]
  readonly sets: readonly string[]
  readonly routes: PolicyReads['routes']
}

/** Reads of a role in the manifest's notation. `values`: indices of its values. */
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

/** Returns whether a word is an index, as names begin with a letter. */
function isPlace(word: string): boolean {
  return /^\d/.test(word)
}
