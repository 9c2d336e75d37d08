import type { Asking } from '../audit/index.ts'
import type { Activation, Condition, DataValue, DatumStatus, PolicyStatus, Put, Refusal } from '../policy/index.ts'

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
