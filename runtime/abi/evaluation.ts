/**
 * The question and the answer of `iap eval`, as JSON: one object each. The test runner asks the same question, the
 * interpreter gives the same answer, and the proxy's audit record is made of its parts.
 */

import type { Effect, EvaluationError, Obligations, UnmetRequirement } from './module.ts'

export interface EvalRequest {
  /** Handed back in the answer. */
  readonly id?: string
  /** An upper-case token, as on the wire. */
  readonly method: string
  /** Absolute: `https://orders.shop.example/orders/7?x=1`. Its target is read byte for byte, never normalized. */
  readonly url: string
  /** A value, or several for a header that comes in several lines. Names in any case. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** A JSON value; comes with `content-type: application/json` where `headers` say nothing else. */
  readonly body?: unknown
  /** Instead of `body`: the text of the body as it stands. */
  readonly rawBody?: string
  /** The verified certificate of the connection, whoever the caller is. */
  readonly mtls?: { readonly spiffe_id: string; readonly dns_names?: readonly string[] } | null
  /** Left out or null: anonymous. */
  readonly caller?: EvalCaller | null
  /** RFC 3339. */
  readonly time?: string
  readonly source?: { readonly ip: string }
  readonly data?: Readonly<Record<string, unknown>>
}

export interface EvalCaller {
  readonly identity: string
  /** As the credential carries them, before the door: `iap eval` checks them. */
  readonly claims: unknown
  readonly auth?: { readonly time?: string; readonly acr?: string; readonly amr?: readonly string[] }
}

export interface EvalAnswer {
  readonly id?: string
  /** `reject`: refused before a decision. */
  readonly effect: Effect | 'reject'
  /** Of a reject only: 400, 401, 405, 413, 414, 415, 431. */
  readonly status?: number
  /** Of a reject only: stable, kebab-case: `claims`, `header-repeated`, `dot-segment` … */
  readonly code?: string
  /** Of a reject only: one sentence. */
  readonly message?: string
  /** `service.route`, null where none matched or a reject came first. */
  readonly route: string | null
  /** All that decided, sorted by name (UTF-16 order). */
  readonly rules: readonly string[]
  readonly obligations: Obligations
  /** Of a challenge: what is to be met. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Names of shadow rules that would have changed the answer, sorted. */
  readonly shadow: readonly string[]
  /** Rules whose conditions erred, sorted by rule. */
  readonly errors: readonly EvaluationError[]
  /** As in `Outcome.reason`. */
  readonly reason: string | null
  /** `sha256:…` of the bundle; empty where there is none. */
  readonly revision: string
}
