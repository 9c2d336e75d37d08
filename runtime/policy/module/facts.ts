import type { AuthenticationFacts } from '../../abi/index.ts'
import type { CallerHandle, DataHandle, Program } from '../../realm/program/program.ts'

/** What a policy knows of a caller: worked out once per credential, policy and generation of the data that its roles read. */
export interface CallerFacts {
  /** Index in `tables.identities`; −1 for anonymous. */
  readonly identity: number
  readonly auth: AuthenticationFacts
  readonly handle: CallerHandle
  /** Which knows what the handle is. */
  readonly program: Program
  /** What was found out about this caller, route by route (`decider.ts`). */
  readonly settled?: Int16Array | Int32Array
  readonly left?: Int32Array | null
}

/** All data of a policy: those that have arrived, by name. A decision keeps the ones that it began with. */
export interface DataSnapshot {
  /** Null: none has. */
  readonly handle: DataHandle | null
  readonly arrived: ReadonlySet<string>
}

/** Data none of which has arrived, of any policy. */
export const noData: DataSnapshot = Object.freeze({ handle: null, arrived: new Set<string>() })

/** How and when somebody authenticated of whom nobody said it. */
export const unknownAuthentication: AuthenticationFacts = Object.freeze({ time: null, acr: null, mfa: false })
