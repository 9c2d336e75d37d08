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
  /** Its place among those of the policy: what the realm knows it by. */
  readonly index: number
  /** Headers that rules of this route read, enforced ones first. */
  readonly readHeaders: readonly string[]
  /** Null where no key is declared: then the query is not looked at. */
  readonly query: { readonly keys: readonly QueryKey[] } | null
  /** Whether it declares one. */
  readonly hasBody: boolean
  /** Whether a permit of the route has a limit or a header. */
  readonly obliges: boolean
  /** Whether the caller alone settles what is decided. */
  readonly ofCaller: boolean
  /** Whether it is decided by the table of the module. */
  readonly tabled: boolean
  /** Whether a rule says anything of it. */
  readonly covered: boolean
}

export interface QueryKey {
  readonly name: string
  readonly many: boolean
  readonly optional: boolean
}

/** What the host knows of a module: copies, made once when it is loaded. */
export interface PolicyTables {
  readonly routes: readonly RouteEntry[]
  readonly identities: readonly Pick<IdentityProgram, 'name' | 'methods' | 'stepsUp' | 'data'>[]
  readonly data: readonly { readonly name: string }[]
  /** A decision is an index into it. 0 is `no-route`, 1 the default deny, 2 `data`. */
  readonly outcomes: readonly Outcome[]
  /** How many fields of each caller have all that is above them kept beside. */
  readonly ancestors: number
}

/** The outcome that a module decided on. Throws for whatever is not the index of one. */
export function outcomeAt(module: PolicyTables, index: number): Outcome {
  const outcome = Number.isSafeInteger(index) ? module.outcomes[index] : undefined
  if (outcome === undefined) throw new Error('the policy module decided what is no outcome of it')
  return outcome
}
