import type { Operator } from '../../base/operator.ts'
import { AUDIT_VERSION } from './audit-record.ts'

/** A change of policy or data, or its refusal, one record each. See `policy-record.schema.json` and `data-record.schema.json`. */
export type ChangeRecord = PolicyChangeRecord | DataChangeRecord

interface Common {
  readonly version: typeof AUDIT_VERSION
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string
  /** The operator; null: the source. */
  readonly by: string | null
  readonly source: string | null
  /** Why it was refused; null: it was not. */
  readonly refusal: { readonly code: string; readonly message: string } | null
}

export interface PolicyChangeRecord extends Common {
  readonly kind: 'policy'
  /** `activated`: it is active. `released`: no longer quarantined. Candidates: `shadow`, `canary`, `rolled-back`, `ended`. */
  readonly change: 'activated' | 'refused' | 'released' | 'shadow' | 'canary' | 'rolled-back' | 'ended'
  /** `source`, `last-good`, `rollback` or `rollout` (a candidate); null: nothing was activated. */
  readonly origin: string | null
  /** The policy concerned, if known, and the one active meanwhile or before. */
  readonly revision: string | null
  readonly sequence: number | null
  readonly before: string | null
  /** The candidate's share; absent without one. */
  readonly share?: ShareRecord
}

export interface ShareRecord {
  readonly percent: number
  readonly services: readonly string[] | null
  /** Services that it decides for all subjects. */
  readonly whole: readonly string[]
}

export interface DataChangeRecord extends Common {
  readonly kind: 'data'
  readonly change: 'taken' | 'refused'
  readonly name: string
  /** Never the value itself. */
  readonly dataVersion: string | null
  readonly before: string | null
}

/** Details: the operator, if any; the refusal, if any; milliseconds since 1970. */
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
