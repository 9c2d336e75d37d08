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
    /** Lifts a quarantine. False: there was none. */
    release(asking: Operator): Promise<boolean | PolicyRefusal>
    refresh(): void
  }
  /** The candidate. Null results mean success. */
  readonly candidate: {
    status(): Promise<RolloutStatus>
    /** `bytes` null: compares the current candidate only. */
    shadow(bytes: Uint8Array | null, asking: Operator): Promise<Declined | null>
    canary(wanted: Wanted, asking: Operator): Promise<Declined | null>
    promote(how: { readonly early: boolean }, asking: Operator): Promise<Declined | null>
    /** False: there is no candidate. */
    rollBack(asking: Operator): Promise<boolean | Declined>
  }
  readonly data: {
    readonly names: readonly string[]
    /** Null: not configured. */
    status(name: string): DatumStatus | null
    /** Null: none received. */
    get(name: string): DataValue | null
    change(
      name: string,
      condition: Condition | null,
      make: (text: string | null) => string | PolicyRefusal,
      asking: Operator,
    ): Promise<Put>
  }
}
