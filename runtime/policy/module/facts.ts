import type { AuthenticationFacts } from '../../abi/index.ts'
import type { CallerHandle, DataHandle, Program } from '../../realm/program/program.ts'

/** Facts about a caller, computed once per credential, policy and data generation of its roles. */
export interface CallerFacts {
  /** Index in `tables.identities`; −1: anonymous. */
  readonly identity: number
  readonly auth: AuthenticationFacts
  readonly handle: CallerHandle
  /** The owner of the handle. */
  readonly program: Program
  /** Cached results by route (`decider.ts`). */
  readonly settled?: Int16Array | Int32Array
  readonly left?: Int32Array | null
}

/** A policy's received data by name. A decision keeps its first snapshot. */
export interface DataSnapshot {
  /** Null: none received. */
  readonly handle: DataHandle | null
  readonly arrived: ReadonlySet<string>
}

export const noData: DataSnapshot = Object.freeze({ handle: null, arrived: new Set<string>() })

export const unknownAuthentication: AuthenticationFacts = Object.freeze({ time: null, acr: null, mfa: false })
