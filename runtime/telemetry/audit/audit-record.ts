import type { UnmetRequirement } from '../../abi/index.ts'
import type { Mismatch } from '../../identity/mismatch.ts'
import type { ValuesRead } from './values/index.ts'

export const AUDIT_VERSION = 3

/**
 * What a request was, its decision and result, one record each. See `audit-record.schema.json`. It never holds credentials,
 * cookies, bodies or queries, except for values read by the route's conditions.
 */
export interface AuditRecord {
  readonly version: typeof AUDIT_VERSION
  /** Arrival: RFC 3339 with milliseconds, UTC. */
  readonly time: string
  /** Sent to services as `x-iap-request-id`, and to refused callers. */
  readonly requestId: string
  /** From a valid `traceparent` (W3C Trace Context), or of the trace that begins here. */
  readonly traceId: string | null
  /** Client address: the peer's, or as a trusted proxy says. */
  readonly source: string | null
  /** Null if not authenticated. `credential`: its ID for revocations, or its session's; it cannot be derived from it. */
  readonly caller: {
    readonly identity: string
    readonly subject: string | null
    readonly credential: string | null
  } | null
  readonly method: string | null
  readonly host: string | null
  /** Decoded, as decided. Null without a canonical form. */
  readonly path: string | null
  /** As received and forwarded; the beginning of a malformed one. */
  readonly rawPath: string | null
  readonly query: boolean
  /** `service.route` */
  readonly route: string | null
  readonly service: string | null
  readonly labels: readonly string[]
  /** `reject`: refused before a decision. */
  readonly effect: 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'
  /** Null without a response. */
  readonly status: number | null
  /** Why the proxy refused the request (`x-iap-error`) or the response was aborted. Null: the service's response is complete. */
  readonly code: string | null
  /** Details of `code`, for operators. */
  readonly detail: string | null
  /** For a permit one permitting rule, else all deciding rules, sorted. */
  readonly rules: readonly string[]
  /** Of a deny: `no-route`, `data`, `default`, or the forbid's `because`. */
  readonly reason: string | null
  /** Rules whose conditions erred, unless permitted. */
  readonly errors: readonly { readonly rule: string; readonly error: string }[]
  /** Unmet requirements of a challenge; times in milliseconds. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Of a permit: names of headers set, and rules whose limits applied. */
  readonly obligations: { readonly headers: readonly string[]; readonly limits: readonly string[] }
  /** Shadow rules that alone would have changed the decision. */
  readonly shadow: readonly string[]
  /** Of the deciding policy: `sha256:…`. */
  readonly revision: string | null
  readonly sequence: number | null
  /** Data versions by name. */
  readonly data: Readonly<Record<string, string>>
  /** The last service address; its status is null without a response. `attempts`: number of attempts, if several. */
  readonly upstream: { readonly address: string; readonly status: number | null; readonly attempts?: number } | null
  /** Whether the whole response was sent. */
  readonly complete: boolean
  /** Body bytes from the service. */
  readonly responseBytes: number
  /** Milliseconds from arrival: to the decision (including authentication), to the head of the service's response, to the end. */
  readonly durations: { readonly decision: number | null; readonly upstream: number | null; readonly total: number }
  /** Removed headers that clients must not send to services. */
  readonly strippedHeaders: readonly string[]
  /** Values read by the route's conditions that are not elsewhere in the record; absent or null: none. */
  readonly values?: ValuesRead | null
  /** Compared values of a refused credential, if any. */
  readonly mismatch?: Mismatch
  /** Present if there was a candidate and the request was decided. */
  readonly candidate?: CandidateOutcome
}

/** The decision of the policy that did not decide: the candidate, or the active one. */
export interface CandidateOutcome {
  readonly revision: string
  /** Whether the candidate decided: the request was in its share. */
  readonly decidedByCandidate: boolean
  /**
   * Relative to the active policy: `newlyPermitted`, `newlyDenied`, `other`. `failed`: it threw. `unknown`: input was missing.
   */
  readonly result: 'same' | 'newlyPermitted' | 'newlyDenied' | 'other' | 'failed' | 'unknown' | 'skipped'
  /** The decision of `revision`, if different. */
  readonly decision?: Pick<AuditRecord, 'effect' | 'rules' | 'reason'>
}
