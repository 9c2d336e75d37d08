/** Input and output of `iap eval` as JSON, shared by test runner and interpreter. Audit records consist of their parts. */

import type { Effect, EvaluationError, Obligations, UnmetRequirement } from './module.ts'

export interface EvalRequest {
  /** Echoed in the response. */
  readonly id?: string
  /** Upper-case token, as on the wire. */
  readonly method: string
  /** Absolute, such as `https://orders.shop.example/orders/7?x=1`. Its target is read byte for byte, never normalized. */
  readonly url: string
  /** A value, or one for each line. Names in any case. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** A JSON value; implies `content-type: application/json` unless set. */
  readonly body?: unknown
  /** The body's text, instead of `body`. */
  readonly rawBody?: string
  /** The connection's verified certificate. */
  readonly mtls?: { readonly spiffe_id: string; readonly dns_names?: readonly string[] } | null
  /** Absent or null: anonymous. */
  readonly caller?: EvalCaller | null
  /** RFC 3339. */
  readonly time?: string
  readonly source?: { readonly ip: string }
  readonly data?: Readonly<Record<string, unknown>>
}

export interface EvalCaller {
  readonly identity: string
  /** As in the credential: `iap eval` decodes them. */
  readonly claims: unknown
  readonly auth?: { readonly time?: string; readonly acr?: string; readonly amr?: readonly string[] }
}

export interface EvalAnswer {
  readonly id?: string
  /** `reject`: refused before a decision. */
  readonly effect: Effect | 'reject'
  /** For a reject: 400, 401, 405, 413, 414, 415, 431. */
  readonly status?: number
  /** For a reject: stable, kebab-case, such as `claims`, `header-repeated`, `dot-segment`. */
  readonly code?: string
  /** For a reject: one sentence. */
  readonly message?: string
  /** `service.route`; null without a match or before it. */
  readonly route: string | null
  /** The deciding rules, sorted by name (UTF-16 order). */
  readonly rules: readonly string[]
  readonly obligations: Obligations
  /** Unmet requirements of a challenge. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Shadow rules that would have changed the decision, sorted. */
  readonly shadow: readonly string[]
  /** Rules whose conditions erred, sorted. */
  readonly errors: readonly EvaluationError[]
  /** As in `Outcome.reason`. */
  readonly reason: string | null
  /** `sha256:…` of the bundle; empty without one. */
  readonly revision: string
}
