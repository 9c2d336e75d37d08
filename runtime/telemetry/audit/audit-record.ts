import type { UnmetRequirement } from '../../abi/index.ts'
import type { Mismatch } from '../../identity/mismatch.ts'
import type { ValuesRead } from './values/index.ts'

export const AUDIT_VERSION = 3

/**
 * Audit record of a request, its decision and its result (`audit-record.schema.json`). A record never holds credentials,
 * cookies, bodies or queries, except for values that conditions of the route read.
 */
export interface AuditRecord {
  readonly version: typeof AUDIT_VERSION
  /** Time of arrival (RFC 3339, milliseconds, UTC). */
  readonly time: string
  /** ID of the request, which services receive as `x-iap-request-id` and refused callers see. */
  readonly requestId: string
  /** Trace ID of a valid `traceparent` header (W3C Trace Context), or of the trace that begins here; `null` without a trace. */
  readonly traceId: string | null
  /** IP address of the client: of the peer, or as forwarded by a trusted proxy. */
  readonly source: string | null
  /**
   * Authenticated caller, or `null`. `credential` is the ID of the credential, or of its session, for revocations; the
   * credential cannot be derived from it.
   */
  readonly caller: {
    readonly identity: string
    readonly subject: string | null
    readonly credential: string | null
  } | null
  readonly method: string | null
  readonly host: string | null
  /** Decoded path on which the decision was based, or `null` if the path has no canonical form. */
  readonly path: string | null
  /** Path as received and forwarded; only the beginning if it is malformed. */
  readonly rawPath: string | null
  readonly query: boolean
  /** Name of the route as `service.route`, or `null` if none matched. */
  readonly route: string | null
  readonly service: string | null
  readonly labels: readonly string[]
  /** Effect of the decision. `reject`: the request was refused before a decision. */
  readonly effect: 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'
  /** Status of the response, or `null` without a response. */
  readonly status: number | null
  /**
   * Code with which the proxy refused the request (`x-iap-error`) or aborted the response, or `null` if the response of the
   * service is complete.
   */
  readonly code: string | null
  /** Explanation of `code` for operators, or `null`. */
  readonly detail: string | null
  /** Deciding rules, sorted. A permit has only one of them. */
  readonly rules: readonly string[]
  /** Reason of a denial: `no-route`, `data`, `default`, or the `because` of the `forbid` rule; otherwise `null`. */
  readonly reason: string | null
  /** Rules whose conditions failed with an error; empty for a permit. */
  readonly errors: readonly { readonly rule: string; readonly error: string }[]
  /** Requirements that the caller did not meet, if the effect is `challenge`. Times are in milliseconds. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Obligations of a permit: names of the headers that it sets, and rules whose limits applied. */
  readonly obligations: { readonly headers: readonly string[]; readonly limits: readonly string[] }
  /** Shadow rules that would have changed the decision if enforced alone. */
  readonly shadow: readonly string[]
  /** Revision of the deciding policy (`sha256:…`), or `null` without one. */
  readonly revision: string | null
  readonly sequence: number | null
  /** Versions of the policy's data by name. */
  readonly data: Readonly<Record<string, string>>
  /**
   * Last address of the service that was called, with the status of its response or `null`. `attempts` is the number of
   * attempts if there were several.
   */
  readonly upstream: { readonly address: string; readonly status: number | null; readonly attempts?: number } | null
  /** Whether the whole response was sent. */
  readonly complete: boolean
  /** Number of body bytes received from the service. */
  readonly responseBytes: number
  /**
   * Milliseconds from the arrival of the request to the decision (which includes authentication), to the head of the service's
   * response, and to the end.
   */
  readonly durations: { readonly decision: number | null; readonly upstream: number | null; readonly total: number }
  /** Names of headers that were removed because clients must not send them to services. */
  readonly strippedHeaders: readonly string[]
  /** Values that conditions of the route read and that the record does not hold elsewhere; absent or `null` without any. */
  readonly values?: ValuesRead | null
  /** Expected and actual value of a refused credential, if any. */
  readonly mismatch?: Mismatch
  /**
   * The listener by which another proxy asked about the request: its protocol, `ext-authz` or `forward-auth`, and its address as
   * configured. Absent if this proxy forwards the request itself.
   */
  readonly check?: { readonly protocol: string; readonly listener: string }
  /**
   * Decision of the policy that did not decide the request, for comparison. Present if there was a candidate and the request was
   * decided.
   */
  readonly candidate?: CandidateOutcome
}

/** Decision of the policy that did not decide the request: the candidate, or the active policy. */
export interface CandidateOutcome {
  readonly revision: string
  /** Whether the candidate decided because the request was in its share. */
  readonly decidedByCandidate: boolean
  /**
   * Decision of the candidate compared with the active policy's: `same`, `newlyPermitted`, `newlyDenied` or `other`. `failed`:
   * the candidate threw. `unknown`: input was missing, or the active policy threw. `skipped`: they were not compared, because
   * time had run out or the proxy was overloaded.
   */
  readonly result: 'same' | 'newlyPermitted' | 'newlyDenied' | 'other' | 'failed' | 'unknown' | 'skipped'
  /** Decision of the policy with the revision `revision`; absent if it is the same, or if there was no comparison. */
  readonly decision?: Pick<AuditRecord, 'effect' | 'rules' | 'reason'>
}
