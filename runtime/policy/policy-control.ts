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

/** What requests are decided by, as operators see it and change it. */
export interface PolicyControl {
  readonly policy: {
    readonly status: PolicyStatus
    /** The one before decides again. */
    rollback(asking: Operator): Promise<Activation>
    /** What was gone back from may be taken again. False: nothing was. */
    release(asking: Operator): Promise<boolean | PolicyRefusal>
    /** The source is asked now. */
    refresh(): void
  }
  /** the candidate beside it. Null: done. */
  readonly candidate: {
    status(): Promise<RolloutStatus>
    /** `bytes` null: the candidate is only compared from now on. */
    shadow(bytes: Uint8Array | null, asking: Operator): Promise<Declined | null>
    canary(wanted: Wanted, asking: Operator): Promise<Declined | null>
    promote(how: { readonly early: boolean }, asking: Operator): Promise<Declined | null>
    /** False: there is no candidate. */
    rollBack(asking: Operator): Promise<boolean | Declined>
  }
  readonly data: {
    readonly names: readonly string[]
    /** Null: the configuration names none such. */
    status(name: string): DatumStatus | null
    /** Null: none has arrived. */
    get(name: string): DataValue | null
    change(
      name: string,
      condition: Condition | null,
      make: (text: string | null) => string | PolicyRefusal,
      asking: Operator,
    ): Promise<Put>
  }
}
