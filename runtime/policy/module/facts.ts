import type { AuthenticationFacts } from '../../abi/index.ts'
import type { CallerHandle, DataHandle, Program } from '../../realm/program/program.ts'

/** Facts about a caller, computed once per credential, policy and generation of the data that its roles read. */
export interface CallerFacts {
  /** Index in `tables.identities`, or −1 for anonymous callers. */
  readonly identity: number
  readonly auth: AuthenticationFacts
  readonly handle: CallerHandle
  /** Program of the realm that made the handle. */
  readonly program: Program
  /** Cached results by route (see `decider.ts`). */
  readonly settled?: Int16Array | Int32Array
  readonly left?: Int32Array | null
}

/** A snapshot of the data that a policy has received, by name. A decision uses the first snapshot it reads until it ends. */
export interface DataSnapshot {
  /** Handle of the data in the realm, or `null` if no data was received. */
  readonly handle: DataHandle | null
  readonly arrived: ReadonlySet<string>
}

export const noData: DataSnapshot = Object.freeze({ handle: null, arrived: new Set<string>() })

export const unknownAuthentication: AuthenticationFacts = Object.freeze({ time: null, acr: null, mfa: false })
