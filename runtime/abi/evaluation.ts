/** Input and output of `iap eval` as JSON, shared by test runner and interpreter. Audit records consist of their parts. */

import type { Effect, EvaluationError, Obligations, UnmetRequirement } from './module.ts'

/** A request in the input of `iap eval`. */
export interface EvalRequest {
  /** Identifier, which the response repeats. */
  readonly id?: string
  /** HTTP method as on the wire: a token in upper case. */
  readonly method: string
  /** Absolute URL: `https://orders.shop.example/orders/7?x=1`. Its target is read byte for byte, never normalized. */
  readonly url: string
  /** Header values by name, in any case; a list has one value for each line. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Body as a JSON value. Implies `content-type: application/json` if no header says otherwise. */
  readonly body?: unknown
  /** Body as text, instead of `body`. */
  readonly rawBody?: string
  /** The connection's verified client certificate. */
  readonly mtls?: { readonly spiffe_id: string; readonly dns_names?: readonly string[] } | null
  /** The caller; absent or null if anonymous. */
  readonly caller?: EvalCaller | null
  /** Time of the request (RFC 3339). */
  readonly time?: string
  /** The client's IP address. */
  readonly source?: { readonly ip: string }
  /** Data of the policy by name, as JSON values. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** A caller in the input of `iap eval` and of plans. */
export interface EvalCaller {
  /** Name of the identity in the policy. */
  readonly identity: string
  /** Claims as in the credential. They are validated and decoded. */
  readonly claims: unknown
  /** Time (RFC 3339), `acr` and `amr` of the authentication. */
  readonly auth?: { readonly time?: string; readonly acr?: string; readonly amr?: readonly string[] }
}

/** A decision in the output of `iap eval`. */
export interface EvalAnswer {
  /** Identifier of the request, if it had one. */
  readonly id?: string
  /** Effect of the decision. `reject`: refused before a decision. */
  readonly effect: Effect | 'reject'
  /** HTTP status of a reject: 400, 401, 405, 413, 414, 415 or 431. */
  readonly status?: number
  /** Code of a reject in kebab case, stable, such as `claims`, `header-repeated` or `dot-segment`. */
  readonly code?: string
  /** Reason for a reject, in one sentence. */
  readonly message?: string
  /** Qualified name of the route: `service.route`. Null if no route matches, or the request was rejected before a match. */
  readonly route: string | null
  /** Deciding rules, sorted by name (UTF-16 order). */
  readonly rules: readonly string[]
  /** Obligations of a permit; empty for other effects. */
  readonly obligations: Obligations
  /** Unmet requirements of a challenge; else null. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Shadow rules that would have changed the decision, sorted. */
  readonly shadow: readonly string[]
  /** Rules whose conditions erred, sorted. */
  readonly errors: readonly EvaluationError[]
  /** Reason of a deny, as in `Outcome.reason`; else null. */
  readonly reason: string | null
  /** Digest of the bundle's content: `sha256:` and 64 hexadecimal digits. Empty without a bundle. */
  readonly revision: string
}
