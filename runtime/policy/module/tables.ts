import type { IdentityProgram, Outcome, RouteProgram } from '../../abi/index.ts'

type Texts =
  | 'name'
  | 'service'
  | 'labels'
  | 'methods'
  | 'segments'
  | 'params'
  | 'hosts'
  | 'headers'
  | 'data'
  | 'rpc'
  | 'ownHeaders'

/**
 * Properties of a route by which the proxy matches requests and prepares decisions. The functions of the route stay in the realm.
 */
export interface RouteEntry extends Pick<RouteProgram, Texts> {
  /** Index of the route in the policy, by which the realm identifies it. */
  readonly index: number
  readonly readHeaders: readonly string[]
  /** Declared keys of the query, or `null` if the route declares none and ignores the query. */
  readonly query: { readonly keys: readonly QueryKey[] } | null
  readonly hasBody: boolean
  /** Whether a permit of the route has obligations: a rate limit, or headers to set. */
  readonly obliges: boolean
  /** Whether the decision depends on the caller alone, so that it can be cached for each caller. */
  readonly ofCaller: boolean
  /**
   * Whether the module's decision table decides the route. Results that depend on the caller alone are then cached for each
   * caller.
   */
  readonly tabled: boolean
  /** Whether any rule of the policy applies to the route. If not, the default denies all its requests. */
  readonly covered: boolean
}

export interface QueryKey {
  readonly name: string
  readonly many: boolean
  readonly optional: boolean
}

/** Properties of a policy module that the proxy reads without calling into the realm, copied when the policy is loaded. */
export interface PolicyTables {
  readonly routes: readonly RouteEntry[]
  readonly identities: readonly Pick<IdentityProgram, 'name' | 'methods' | 'stepsUp' | 'data'>[]
  readonly data: readonly { readonly name: string }[]
  /** Outcomes of the policy; decisions are indices of this list. 0 is `no-route`, 1 the default deny, 2 `data`. */
  readonly outcomes: readonly Outcome[]
  /** Number of caller fields for which the realm caches the ancestors in a hierarchy. */
  readonly ancestors: number
}
