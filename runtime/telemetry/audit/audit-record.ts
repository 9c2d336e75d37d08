import type { UnmetRequirement } from '../../abi/index.ts'
import type { Mismatch } from '../../identity/mismatch.ts'
import type { ValuesRead } from './values/index.ts'

export const AUDIT_VERSION = 3

/**
 * What was asked, by whom, what was decided, why, and what became of it: one record a request. `audit-record.schema.json` says
 * the same for those who read records. It never holds a credential, a cookie, a body, or a query: of these, only the values that
 * the route's conditions read.
 */
export interface AuditRecord {
  readonly version: typeof AUDIT_VERSION
  /** When the request had arrived, RFC 3339 with milliseconds, UTC. */
  readonly time: string
  /** Ours: the service sees it as `x-iap-request-id`, a refused caller in the answer. */
  readonly requestId: string
  /** The trace-id of a valid `traceparent` (W3C Trace Context) that came in, or of the trace that begins here. */
  readonly traceId: string | null
  /** The client's address: the peer's, or what a trusted proxy says. */
  readonly source: string | null
  /**
   * Null where nobody was recognized. `credential`: by which revocations name it; of a browser, its session. Nobody can make it
   * of that.
   */
  readonly caller: {
    readonly identity: string
    readonly subject: string | null
    readonly credential: string | null
  } | null
  readonly method: string | null
  readonly host: string | null
  /** Decoded, as decided. Null where the request has no canonical form. */
  readonly path: string | null
  /** As received; what was forwarded is this, byte for byte. Of a malformed request its beginning. */
  readonly rawPath: string | null
  /** Whether there was a query. */
  readonly query: boolean
  /** `service.route` */
  readonly route: string | null
  readonly service: string | null
  readonly labels: readonly string[]
  /** `reject`: refused before a decision, or none could be made. */
  readonly effect: 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'
  /** Of the answer; null where none was begun. */
  readonly status: number | null
  /** Of the proxy's own answers: `x-iap-error`. Null where the service answered. */
  readonly code: string | null
  /** More about `code`, for the operator alone. */
  readonly detail: string | null
  /** Of a permit one rule that permits; of other decisions all that decided, sorted. */
  readonly rules: readonly string[]
  /** Of a deny: `no-route`, `data`, `default`, or the `because` of the forbid. */
  readonly reason: string | null
  /** Rules whose conditions could not be evaluated, of decisions other than permits. */
  readonly errors: readonly { readonly rule: string; readonly error: string }[]
  /** Of a challenge: what is to be met; times in milliseconds. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Of a permit, by name: the headers that were set (never their values), and the rules whose limits were asked. */
  readonly obligations: { readonly headers: readonly string[]; readonly limits: readonly string[] }
  /** Shadow rules each of which alone would have changed the decision. */
  readonly shadow: readonly string[]
  /** Of the policy that decided: `sha256:…`. */
  readonly revision: string | null
  readonly sequence: number | null
  /** The versions of the data that it decided by, by name. */
  readonly data: Readonly<Record<string, string>>
  /**
   * Where it was forwarded to, the last time if there were several; its status is null where it gave none. `attempts`: how often
   * it was sent, where that is more than once.
   */
  readonly upstream: { readonly address: string; readonly status: number | null; readonly attempts?: number } | null
  /** Whether the answer was handed over to its end. */
  readonly complete: boolean
  /** Bytes of the answer's body that came from the service. */
  readonly responseBytes: number
  /**
   * Milliseconds from arrival: to the decision (recognizing the caller included), to the head of the service's answer, to the
   * end.
   */
  readonly durations: { readonly decision: number | null; readonly upstream: number | null; readonly total: number }
  /** Headers that a client must not send to a service and that were removed. */
  readonly strippedHeaders: readonly string[]
  /** What the conditions of the route may read of it that stands nowhere else in the record; left out, or null: nothing. */
  readonly values?: ValuesRead | null
  /** Of a credential that was refused: the values that were compared. Left out: none were. */
  readonly mismatch?: Mismatch
  /** If there was a candidate when the request came, and it was decided. */
  readonly candidate?: CandidateOutcome
}

/** What a candidate made of a request, or the active one where the candidate has decided it. */
export interface CandidateOutcome {
  /** Of the policy that has not decided: it was only compared. */
  readonly revision: string
  /** Whether the candidate has decided: the request was in its share. */
  readonly decidedByCandidate: boolean
  /**
   * How the two differ, always as from the active one to the candidate: `newlyPermitted` and `newlyDenied` access, `other` decides otherwise.
   * `failed`: the candidate threw. `unknown`: what it would need was not there. `skipped`: there was no time for it.
   */
  readonly result: 'same' | 'newlyPermitted' | 'newlyDenied' | 'other' | 'failed' | 'unknown' | 'skipped'
  /** What the policy of `revision` makes of it, where they differ; else it is left out. */
  readonly decision?: Pick<AuditRecord, 'effect' | 'rules' | 'reason'>
}
