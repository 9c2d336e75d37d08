/** Input and output of `iap eval` as JSON, shared by test runner and interpreter. Audit records consist of their parts. */

import type { Effect, EvaluationError, Obligations, UnmetRequirement } from './module.ts'

/** A request as the input of `iap eval` describes it. */
export interface EvalRequest {
  /** ID of the request, which the response repeats. */
  readonly id?: string
  /** HTTP method as on the wire: a token in upper case. */
  readonly method: string
  /** Absolute URL: `https://orders.shop.example/orders/7?x=1`. Its target is read byte for byte, never normalized. */
  readonly url: string
  /** Header values by name, in lower or upper case. A list has one value for each header line. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Body as a JSON value. Implies `content-type: application/json` if no header says otherwise. */
  readonly body?: unknown
  /** Body as text, instead of `body`. */
  readonly rawBody?: string
  /** Verified client certificate of the connection. Null or absent if there is none. */
  readonly mtls?: { readonly spiffe_id: string; readonly dns_names?: readonly string[] } | null
  /** Caller of the request. Absent or null if anonymous. */
  readonly caller?: EvalCaller | null
  /** Time of the request (RFC 3339). */
  readonly time?: string
  /** The client's IP address. */
  readonly source?: { readonly ip: string }
  /** Data of the policy by name, as JSON values. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** A caller as the input of `iap eval` and of plans describes it. */
export interface EvalCaller {
  /** Name of the policy's `identity` declaration under which the caller is authenticated. */
  readonly identity: string
  /** Claims in the form that the credential has. They are validated and decoded like those of a credential. */
  readonly claims: unknown
  /** Time (RFC 3339) of the caller's authentication, its `acr` and its `amr`. */
  readonly auth?: { readonly time?: string; readonly acr?: string; readonly amr?: readonly string[] }
}

/** A decision in the output of `iap eval`. */
export interface EvalAnswer {
  /** Identifier of the request, if it had one. */
  readonly id?: string
  /** Effect of the decision. `reject`: the request was refused before a decision. */
  readonly effect: Effect | 'reject'
  /** HTTP status if the request was rejected: 400, 401, 405, 413, 414, 415 or 431. */
  readonly status?: number
  /** Stable code in kebab case if the request was rejected, such as `claims`, `header-repeated` or `dot-segment`. */
  readonly code?: string
  /** Reason in one sentence if the request was rejected. */
  readonly message?: string
  /** Qualified name of the matched route, `service.route`. Null if no route matches or the request was rejected before. */
  readonly route: string | null
  /** Deciding rules, sorted by name (UTF-16 order). */
  readonly rules: readonly string[]
  /** Obligations of a permit; empty for other effects. */
  readonly obligations: Obligations
  /** Unmet requirements if the effect is `challenge`, otherwise null. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Names of the shadow rules that would have changed the decision if enforced, sorted by name. */
  readonly shadow: readonly string[]
  /** Rules whose conditions failed with an error, sorted by name. */
  readonly errors: readonly EvaluationError[]
  /** Reason of a denial, as in `Outcome.reason`, otherwise null. */
  readonly reason: string | null
  /** Digest of the bundle's content: `sha256:` and 64 hexadecimal digits. An empty text without a bundle. */
  readonly revision: string
}
