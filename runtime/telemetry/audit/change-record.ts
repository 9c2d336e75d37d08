import type { Operator } from '../../base/operator.ts'
import { AUDIT_VERSION } from './audit-record.ts'

/**
 * What has become of what requests are decided by, in the same log as what was decided: one record a change, or a change that was
 * refused. `policy-record.schema.json` and `data-record.schema.json` say the same for those who read it.
 */
export type ChangeRecord = PolicyChangeRecord | DataChangeRecord

interface Common {
  readonly version: typeof AUDIT_VERSION
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string
  /** Which of those who may has asked for it; null: nobody, it came from where it comes from. */
  readonly by: string | null
  /** From where. */
  readonly source: string | null
  /** Why it was refused; null where it was not. */
  readonly refusal: { readonly code: string; readonly message: string } | null
}

export interface PolicyChangeRecord extends Common {
  readonly kind: 'policy'
  /**
   * `activated`: it decides from now on. `released`: what was gone back from may be taken again. Of one a candidate: `shadow`, it is
   * compared; `canary`, it decides for a share; `rolled-back`, it was gone back from; `ended`, it is not a candidate any more.
   */
  readonly change: 'activated' | 'refused' | 'released' | 'shadow' | 'canary' | 'rolled-back' | 'ended'
  /** `source`, `last-good`, `rollback`, or `rollout` where it was a candidate; null where nothing was activated. */
  readonly origin: string | null
  /** That it is about, where that is known; and that decides meanwhile, or did before. */
  readonly revision: string | null
  readonly sequence: number | null
  readonly before: string | null
  /** For which requests one a candidate decides, or did; left out of what is about none. */
  readonly share?: ShareRecord
}

export interface ShareRecord {
  /** Of subjects, in a hundred. */
  readonly percent: number
  /** Of which services; null: of all. */
  readonly services: readonly string[] | null
  /** Services of which it decides for all subjects. */
  readonly whole: readonly string[]
}

export interface DataChangeRecord extends Common {
  readonly kind: 'data'
  readonly change: 'taken' | 'refused'
  readonly name: string
  /** Of the value; never the value. */
  readonly dataVersion: string | null
  readonly before: string | null
}

/** Of a change: who has asked for it, null where nobody has; why it was refused; when, in milliseconds since 1970. */
interface About {
  readonly asking: Operator | null
  readonly refusal?: Common['refusal']
  readonly now: number
}

export function policyChange(what: Omit<PolicyChangeRecord, keyof Common | 'kind'>, about: About): PolicyChangeRecord {
  const { time, ...rest } = commonOf(about)
  return { version: AUDIT_VERSION, kind: 'policy', time, ...what, ...rest }
}

export function dataChange(what: Omit<DataChangeRecord, keyof Common | 'kind'>, about: About): DataChangeRecord {
  const { time, ...rest } = commonOf(about)
  return { version: AUDIT_VERSION, kind: 'data', time, ...what, ...rest }
}

function commonOf({ asking, refusal = null, now }: About): Omit<Common, 'version'> {
  const { by = null, source = null } = asking ?? {}
  return { time: new Date(now).toISOString(), by, source, refusal }
}
