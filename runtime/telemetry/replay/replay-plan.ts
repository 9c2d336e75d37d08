/** What a policy reads of an identity's requests to similar routes. */
import { type IdentityReads, type PolicyReads, type ReadSet, type ReadValue, readPath } from '../../abi/index.ts'
import { claimsOf, isOfSubject, valuesFor } from '../../policy/reads/index.ts'

export interface Planned extends ReadValue {
  readonly path: string
  /** Whether audit records hold the value as the subject of the caller, not among other values. */
  readonly isSubject: boolean
}

export interface ReplayPlan {
  readonly identity: IdentityReads | null
  /** Claims that conditions or roles read, and facts about the authentication. */
  readonly claims: readonly Planned[]
  readonly auth: readonly Planned[]
  readonly query: readonly Planned[]
  readonly body: readonly Planned[]
  readonly mtls: Planned | null
  readonly headers: ReadonlyMap<string, Planned>
  /**
   * What determines the roles that the route reads: for each role that the identity may have, the values and data that its
   * conditions read.
   */
  readonly roles: readonly { readonly values: readonly Planned[]; readonly data: readonly string[] }[]
}

export class ReplayPlans {
  readonly #reads: PolicyReads
  readonly #plans = new Map<string, ReplayPlan>()

  constructor(reads: PolicyReads) {
    this.#reads = reads
  }

  /**
   * Returns which values of a request the policy reads for a decision about a route, for callers of the identity `name`, or for
   * anonymous callers if it is `null`. Returns `null` if there is no such identity.
   */
  of(route: string, name: string | null): ReplayPlan | null {
    const place = this.#reads.routes[route]
    const key = `${place} ${name ?? ''}`
    const known = this.#plans.get(key)
    if (known !== undefined) return known
    const set = place === undefined ? undefined : this.#reads.sets[place]
    if (set === undefined)
      throw new Error(`the manifest does not list the values that the route \`${route}\` reads: rebuild the bundle`)
    const identity = this.#reads.identities.find((one) => one.name === name) ?? null
    if (name !== null && identity === null) return null
    const made = this.#planOf(set, identity)
    this.#plans.set(key, made)
    return made
  }

  #planOf(set: ReadSet, identity: IdentityReads | null): ReplayPlan {
    const planned = (value: ReadValue): Planned => {
      const [root, field = ''] = value.at
      const isSubject = root === 'caller' && identity !== null && isOfSubject(field, identity)
      return { ...value, path: readPath(value.at), isSubject }
    }
    const all = valuesFor(set, identity).map(planned)
    const of = (root: string) => all.filter(({ at }) => at[0] === root)
    const roles = identity?.roles.filter(({ name }) => set.roles.includes(name)) ?? []
    return {
      identity,
      claims: of('caller'),
      auth: of('auth'),
      query: of('query'),
      body: of('body'),
      mtls: of('connection')[0] ?? null,
      headers: new Map(of('request').map((value) => [value.at[2] as string, value])),
      roles: roles.map(({ values, data }) => ({
        values: values.flatMap((value) => claimsOf(value, identity as IdentityReads)).map(planned),
        data,
      })),
    }
  }
}
