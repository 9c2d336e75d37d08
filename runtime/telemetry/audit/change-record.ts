import type { Operator } from '../../base/operator.ts'
import { AUDIT_VERSION } from './audit-record.ts'

/** Audit record of a change of policy or data, or of its refusal (`policy-record.schema.json`, `data-record.schema.json`). */
export type ChangeRecord = PolicyChangeRecord | DataChangeRecord

interface Common {
  readonly version: typeof AUDIT_VERSION
  /** Time of the change (RFC 3339, milliseconds, UTC). */
  readonly time: string
  /** Operator who requested the change, or null if the source did. */
  readonly by: string | null
  readonly source: string | null
  /** Reason why the change was refused, or null if it was not. */
  readonly refusal: { readonly code: string; readonly message: string } | null
}

export interface PolicyChangeRecord extends Common {
  readonly kind: 'policy'
  /**
   * Kind of the change. `activated`: the policy is active. `released`: the policy is no longer quarantined. `shadow`, `canary`,
   * `rolled-back` and `ended` concern candidates.
   */
  readonly change: 'activated' | 'refused' | 'released' | 'shadow' | 'canary' | 'rolled-back' | 'ended'
  /**
   * Origin of the activated policy: `source`, `last-good`, `rollback` or `rollout` (a candidate). `null` if no policy was
   * activated.
   */
  readonly origin: string | null
  /**
   * Revision of the policy that the change concerns, or `null` if unknown. `before` is the revision active until or during the
   * change.
   */
  readonly revision: string | null
  readonly sequence: number | null
  readonly before: string | null
  /** Share of the candidate; absent without one. */
  readonly share?: ShareRecord
}

export interface ShareRecord {
  readonly percent: number
  readonly services: readonly string[] | null
  /** Services for which the candidate decides all requests. */
  readonly whole: readonly string[]
}

export interface DataChangeRecord extends Common {
  readonly kind: 'data'
  readonly change: 'taken' | 'refused'
  readonly name: string
  /** Version of the value, which itself is never recorded. */
  readonly dataVersion: string | null
  readonly before: string | null
}

/** Details of a change: the operator, the refusal, and the time in milliseconds since 1970. */
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
