// From the defining files, so that shipped declarations refer to these only.
import type { Manifest } from '../../runtime/abi/manifest.ts'
import type {
  Effect as DecidedEffect,
  EvaluationError,
  ExplainedClause,
  ExplainedRule,
  LimitObligation,
  Explanation as ModuleExplanation,
  NearestPermit,
  Obligations,
  UnmetRequirement,
} from '../../runtime/abi/module.ts'

export type {
  EvaluationError,
  ExplainedClause,
  ExplainedRule,
  LimitObligation,
  Manifest,
  NearestPermit,
  Obligations,
  UnmetRequirement,
}

/** An immutable policy ready to decide; other data make another one. */
export interface Policy {
  /** `sha256:…` of the content. */
  readonly revision: string
  /** The bundle's identities, services, data and build results. */
  readonly manifest: Manifest
  /** Sorted RFC 7638 thumbprints of the trusted keys that signed; empty if none was required. */
  readonly verifiedBy: readonly string[]
  /** The caller without a credential. */
  readonly anonymous: Facts
  /**
   * Returns a verified caller's facts, to be computed once per credential and policy and kept with the session.
   *
   * @param identity as the policy names it
   * @param claims from `JSON.parse` of the verified credential; for an `mtls` identity `{ spiffe_id, dns_names }`
   */
  facts(identity: string, claims: unknown, authentication?: Authentication): FactsResult
  /**
   * Decides a request. Only `permit` lets it through, with its `obligations`.
   *
   * @param facts of this policy; others, and undefined, throw `TypeError`
   * @throws TypeError for invalid arguments; any other error is a bug. Neither permits anything.
   */
  decide(request: Request, facts: Facts): Decision
  /** The same decision, slower, with all deciding rules, rules that erred, and shadow rules. */
  explain(request: Request, facts: Facts): Explanation
  /** Returns the policy with these data replaced. Facts must be computed again. */
  withData(values: Readonly<Record<string, unknown>>): DataResult
}

/** A request as received. Ambiguous ones are rejected. */
export interface Request {
  /** As on the wire: `GET`. */
  readonly method: string
  /** Absolute: `https://orders.shop.example/orders/7?x=1`. After the authority it is read byte for byte, never normalized. */
  readonly url: string
  /** A value, or one for each line. Names in any case. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Client address. Default: the unassigned 192.0.2.1 (RFC 5737). */
  readonly sourceIp?: string
  /** Time of arrival. Default: now. */
  readonly time?: Date
  /** A JSON value; implies `content-type: application/json` unless set. */
  readonly body?: unknown
  /** The body's text, instead of `body`. Parsed strictly: duplicate keys are rejected. */
  readonly rawBody?: string
  /** The connection's verified client certificate, whoever the caller is. */
  readonly mtls?: Certificate | null
}

/** Names of a client certificate, verified by the caller of this library. */
export interface Certificate {
  /** `spiffe://prod.shop.example/ns/shop` */
  readonly spiffe_id: string
  readonly dns_names?: readonly string[]
}

/** How and when a caller authenticated; unknown parts meet no requirement. */
export interface Authentication {
  readonly time?: Date
  readonly acr?: string
  readonly amr?: readonly string[]
}

/** Opaque, and valid for its policy only. */
export interface Facts {
  /** As in the policy; null for `anonymous`. */
  readonly identity: string | null
}

export type FactsResult =
  | { readonly ok: true; readonly facts: Facts }
  /** The message names the claim but never its value. */
  | { readonly ok: false; readonly message: string }

export type DataResult =
  | { readonly ok: true; readonly policy: Policy }
  /** `pointer` (RFC 6901) is within the value of `datum`; the message names both, but no value. */
  | { readonly ok: false; readonly datum: string; readonly pointer: string; readonly message: string }

/** `reject`: refused before a decision, as ambiguous or invalid. */
export type Effect = DecidedEffect | 'reject'

export interface Decision {
  readonly effect: Effect
  /** `service.route`; null without a match or before it. */
  readonly route: string | null
  /** One of the deciding rules; null: none. */
  readonly rule: string | null
  /** Of a deny: `default`, `no-route`, `data`, or the deciding forbid's `because`. Else null. */
  readonly reason: string | null
  /** What a permit requires; `load` checks that you carry it out. */
  readonly obligations: Obligations
  /** Unmet requirements of a challenge. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Of a reject. */
  readonly rejection: Rejection | null
}

export interface Explanation extends Decision {
  /** All deciding rules, sorted by name. */
  readonly rules: readonly string[]
  /** Shadow rules that alone would have changed the decision, sorted. */
  readonly shadow: readonly string[]
  /** Rules whose conditions erred, sorted. */
  readonly errors: readonly EvaluationError[]
  /**
   * The results of every rule whose `to` matches, clause by clause, and what the nearest permit lacks. Empty if no rule was
   * evaluated.
   */
  readonly why: Why
}

/** A part of the JSON of `iap explain` (`spec/language/explanation.md`). */
export type Why = ModuleExplanation

/** How to answer a rejected request. */
export interface Rejection {
  /** 400, 401, 405, 413, 414, 415, 431 */
  readonly status: number
  /** Stable, kebab-case: `claims`, `header-repeated`, `dot-segment` … */
  readonly code: string
  /** One sentence. */
  readonly message: string
}
