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

/** What the host knows of a route. Its functions stay in the realm. */
export interface RouteEntry extends Pick<RouteProgram, Texts> {
  /** Index in the policy, by which the realm knows it. */
  readonly index: number
  readonly readHeaders: readonly string[]
  /** Null if none is declared: the query is ignored. */
  readonly query: { readonly keys: readonly QueryKey[] } | null
  readonly hasBody: boolean
  /** Whether a permit of the route has a limit or header. */
  readonly obliges: boolean
  /** Whether the caller alone decides. */
  readonly ofCaller: boolean
  /** Whether the module's table decides it. */
  readonly tabled: boolean
  /** Whether any rule applies to it. */
  readonly covered: boolean
}

export interface QueryKey {
  readonly name: string
  readonly many: boolean
  readonly optional: boolean
}

/** Copies made on loading. */
export interface PolicyTables {
  readonly routes: readonly RouteEntry[]
  readonly identities: readonly Pick<IdentityProgram, 'name' | 'methods' | 'stepsUp' | 'data'>[]
  readonly data: readonly { readonly name: string }[]
  /** Decisions are indices. 0 is `no-route`, 1 the default deny, 2 `data`. */
  readonly outcomes: readonly Outcome[]
  /** Number of fields of a caller with cached ancestors. */
  readonly ancestors: number
}
