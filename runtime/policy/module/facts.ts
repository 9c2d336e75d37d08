import type { AuthenticationFacts } from '../../abi/index.ts'
import type { CallerHandle, DataHandle, Program } from '../../realm/program/program.ts'

/**
 * What a policy knows of a caller: identity, authentication, claims and roles. Computed once per credential, policy and
 * generation of the data that its roles read.
 */
export interface CallerFacts {
  /** Index in `tables.identities`, or −1 for anonymous callers. */
  readonly identity: number
  readonly auth: AuthenticationFacts
  readonly handle: CallerHandle
  /** Entry points of the policy's realm in which `handle` is valid. */
  readonly program: Program
  /** Cached results by index of the route (see `decider.ts`). Absent if the policy has no results to cache. */
  readonly settled?: Int16Array | Int32Array
  readonly left?: Int32Array | null
}

/** A snapshot of the data that a policy has received, by name. A decision uses the first snapshot it reads until it ends. */
export interface DataSnapshot {
  /** Handle by which the policy's realm identifies the data, or `null` if no data was received. */
  readonly handle: DataHandle | null
  readonly arrived: ReadonlySet<string>
}

export const noData: DataSnapshot = Object.freeze({ handle: null, arrived: new Set<string>() })

export const unknownAuthentication: AuthenticationFacts = Object.freeze({ time: null, acr: null, mfa: false })
