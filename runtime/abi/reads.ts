/**
 * Inputs that the conditions of a policy read, by route. Audit records hold the values of these inputs, so that decisions can be
 * explained and repeated. Deciding a request does not need them.
 */
export interface PolicyReads {
  /** Claims that each identity has, and the inputs that its roles read; sorted by name. */
  readonly identities: readonly IdentityReads[]
  /** Distinct sets of inputs. Routes that read the same inputs refer to the same set. */
  readonly sets: readonly ReadSet[]
  /** Index in `sets` of the inputs that a route reads, by `service.route`. */
  readonly routes: Readonly<Record<string, number>>
}

export interface IdentityReads {
  readonly name: string
  /** All claims that the identity declares, even those that no condition reads, sorted by name. */
  readonly claims: readonly ClaimShape[]
  /** Whether the identity has a SPIFFE ID, the claim `spiffe_id`, of which conditions may read `trust_domain` and `path`. */
  readonly spiffe: boolean
  /** Inputs that each role of the identity reads, directly or through other roles; sorted by name of the role. */
  readonly roles: readonly RoleReads[]
}

export interface ClaimShape {
  readonly name: string
  /** Path of the declared claim within the claims of a credential: the member names that lead to it. */
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
  /** Values that conditions read, sorted by path. Values that every audit record holds are omitted. */
  readonly values: readonly ReadValue[]
  /** Names of the roles that conditions read, sorted. */
  readonly roles: readonly string[]
}

export interface ReadValue {
  /**
   * Path of the value. It ends at the first optional part or collection: `["caller", "department"]` or `["request", "headers",
   * "x-tenant"]`.
   */
  readonly at: readonly string[]
  /** Type of the value. Records, also as elements of collections, include only the fields that are read. */
  readonly type: ReadType
  readonly optional: boolean
  /**
   * Whether conditions only compare the value or its elements for equality. An audit record may then hold a unique placeholder
   * instead.
   */
  readonly opaque: boolean
  /** True if conditions read only whether the value is present. Absent if they read the value itself. */
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
 * The inputs of a policy as `manifest.json` stores them, with one element a line. `values` lists each value once. A set is a
 * string such as `0 3 support`: indices in `values`, and names of roles.
 */
export interface WrittenReads {
  readonly identities: readonly (Omit<IdentityReads, 'roles'> & { readonly roles: readonly WrittenRole[] })[]
  readonly values: readonly ReadValue[]
  readonly sets: readonly string[]
  readonly routes: PolicyReads['routes']
}

/** Inputs of a role as `manifest.json` stores them. `values` is a string of indices, separated by spaces. */
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
