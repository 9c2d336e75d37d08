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

/** A route as the host knows it. The functions of the route stay in the realm. */
export interface RouteEntry extends Pick<RouteProgram, Texts> {
  /** Index of the route in the policy, by which the realm identifies it. */
  readonly index: number
  readonly readHeaders: readonly string[]
  /** Declared keys of the query, or `null` if the route declares none and ignores the query. */
  readonly query: { readonly keys: readonly QueryKey[] } | null
  readonly hasBody: boolean
  /** Whether a permit of the route has a limit or sets a header. */
  readonly obliges: boolean
  /** Whether the decision depends on the caller alone. */
  readonly ofCaller: boolean
  /** Whether the decision table of the module decides the route. */
  readonly tabled: boolean
  /** Whether any rule applies to the route. */
  readonly covered: boolean
}

export interface QueryKey {
  readonly name: string
  readonly many: boolean
  readonly optional: boolean
}

/** Tables of a policy module, copied from the realm on loading. */
export interface PolicyTables {
  readonly routes: readonly RouteEntry[]
  readonly identities: readonly Pick<IdentityProgram, 'name' | 'methods' | 'stepsUp' | 'data'>[]
  readonly data: readonly { readonly name: string }[]
  /** Outcomes of the policy; decisions are indices of this list. 0 is `no-route`, 1 the default deny, 2 `data`. */
  readonly outcomes: readonly Outcome[]
  /** Number of fields of a caller whose ancestors in hierarchies are cached. */
  readonly ancestors: number
}
