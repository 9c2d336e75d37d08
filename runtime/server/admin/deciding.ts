import type {
  Activation,
  Condition,
  DataValue,
  DatumStatus,
  Declined,
  PolicyStatus,
  Put,
  Refusal,
  RolloutStatus,
  Wanted,
} from '../../policy/index.ts'
import type { Asking } from '../../telemetry/audit/index.ts'

/** What requests are decided by, as operators see it and change it. */
export interface Deciding {
  readonly policy: {
    readonly status: PolicyStatus
    /** The one before decides again. */
    goBack(asking: Asking): Promise<Activation>
    /** What was gone back from may be taken again. False: nothing was. */
    release(asking: Asking): Promise<boolean | Refusal>
    /** The source is asked now. */
    look(): void
  }
  /** What is on trial beside it. Null: done. */
  readonly trial: {
    status(): Promise<RolloutStatus>
    /** `bytes` null: what is on trial is only compared from now on. */
    shadow(bytes: Uint8Array | null, asking: Asking): Promise<Declined | null>
    canary(wanted: Wanted, asking: Asking): Promise<Declined | null>
    promote(how: { readonly early: boolean }, asking: Asking): Promise<Declined | null>
    /** False: nothing is on trial. */
    rollBack(asking: Asking): Promise<boolean | Declined>
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
      make: (text: string | null) => string | Refusal,
      asking: Asking,
    ): Promise<Put>
  }
}
