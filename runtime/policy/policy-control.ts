import type { Operator } from '../base/operator.ts'
import type {
  Activation,
  Condition,
  DataValue,
  DatumStatus,
  Declined,
  PolicyRefusal,
  PolicyStatus,
  Put,
  RolloutStatus,
  Wanted,
} from './index.ts'

export interface PolicyControl {
  readonly policy: {
    readonly status: PolicyStatus
    rollback(asking: Operator): Promise<Activation>
    /** Lifts the quarantine of a rolled-back revision, so that it may be activated again. Returns false if there was none. */
    release(asking: Operator): Promise<boolean | PolicyRefusal>
    refresh(): void
  }
  /**
   * Control of the candidate, a policy that a rollout compares with the active one. `shadow`, `canary` and `promote` return
   * `null` on success.
   */
  readonly candidate: {
    status(): Promise<RolloutStatus>
    /** Makes a bundle the candidate in shadow mode. If `bytes` is `null`, moves the current candidate back to shadow mode. */
    shadow(bytes: Uint8Array | null, asking: Operator): Promise<Declined | null>
    canary(wanted: Wanted, asking: Operator): Promise<Declined | null>
    promote(how: { readonly early: boolean }, asking: Operator): Promise<Declined | null>
    /** Stops the candidate and quarantines its revision. Returns false if there is no candidate. */
    rollBack(asking: Operator): Promise<boolean | Declined>
  }
  readonly data: {
    readonly names: readonly string[]
    /** Returns the status of a datum, or `null` if the name is not configured. */
    status(name: string): DatumStatus | null
    /** Returns the value of a datum, or `null` if none was received. */
    get(name: string): DataValue | null
    change(
      name: string,
      condition: Condition | null,
      make: (text: string | null) => string | PolicyRefusal,
      asking: Operator,
    ): Promise<Put>
  }
}
