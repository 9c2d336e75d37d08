// From the files that hold them: the declarations that are shipped are those that these name.
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

/** A policy that is ready to decide. Immutable: other data make another one. */
export interface Policy {
  /** `sha256:…` of what the bundle holds. */
  readonly revision: string
  /** What the bundle says of itself: identities, services, data, results of its build. */
  readonly manifest: Manifest
  /** The trusted keys whose signature was verified (RFC 7638 thumbprints), sorted; empty where none was asked for. */
  readonly verifiedBy: readonly string[]
  /** Nobody: the caller without a credential. */
  readonly anonymous: Facts
  /**
   * What the policy knows of a caller: worked out once per credential and policy, and kept beside the session. Whoever calls has
   * verified the credential.
   *
   * @param identity as the policy names it
   * @param claims as `JSON.parse` made them of the verified credential; of an `mtls` identity `{ spiffe_id, dns_names }`
   */
  facts(identity: string, claims: unknown, authentication?: Authentication): FactsResult
  /**
   * What is decided of a request. Only `permit` lets it through, with what its `obligations` ask.
   *
   * @param facts of this policy: those of another throw `TypeError`, and so does undefined, which is nobody's
   * @throws `TypeError` where it is asked wrongly; any other error is a mistake of ours. Nothing is permitted by it.
   */
  decide(request: Request, facts: Facts): Decision
  /** The same answer, slower, with all the rules that decided, those whose conditions erred, and those in shadow. */
  explain(request: Request, facts: Facts): Explanation
  /** The policy with these data in place of what it has of them; what is not named stays. Facts are to be worked out anew. */
  withData(values: Readonly<Record<string, unknown>>): DataResult
}

/** The request as it came in. What has two readings is rejected. */
export interface Request {
  /** As on the wire: `GET`. */
  readonly method: string
  /** Absolute: `https://orders.shop.example/orders/7?x=1`. What follows the authority is read byte for byte, never normalized. */
  readonly url: string
  /** A value, or several for a header that came in several lines. Names in any case. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The address of the client. Left out, conditions read 192.0.2.1, which is nobody's (RFC 5737). */
  readonly sourceIp?: string
  /** When it came in; left out: now. */
  readonly time?: Date
  /** A JSON value; comes with `content-type: application/json` where `headers` say nothing else. */
  readonly body?: unknown
  /** Instead of `body`: its text as it came, which is read strictly: a key that stands twice is rejected. */
  readonly rawBody?: string
  /** The verified client certificate of the connection, whoever the caller is. */
  readonly mtls?: Certificate | null
}

/** The names of a client certificate, as the caller of this library verified them. */
export interface Certificate {
  /** `spiffe://prod.shop.example/ns/shop` */
  readonly spiffe_id: string
  readonly dns_names?: readonly string[]
}

/** How and when a caller authenticated; what is not known meets no requirement. */
export interface Authentication {
  readonly time?: Date
  readonly acr?: string
  readonly amr?: readonly string[]
}

/** Opaque, and good for the policy that made it alone. */
export interface Facts {
  /** As the policy names it; null of `anonymous`. */
  readonly identity: string | null
}

export type FactsResult =
  | { readonly ok: true; readonly facts: Facts }
  /** The message names the claim and never its value. */
  | { readonly ok: false; readonly message: string }

export type DataResult =
  | { readonly ok: true; readonly policy: Policy }
  /** `pointer` (RFC 6901) is within the value of `datum`; the message names both, and no value. */
  | { readonly ok: false; readonly datum: string; readonly pointer: string; readonly message: string }

/** `reject`: refused before a decision, as what it says has two readings or does not fit. */
export type Effect = DecidedEffect | 'reject'

export interface Decision {
  readonly effect: Effect
  /** `service.route`; null where none matched or a rejection came first. */
  readonly route: string | null
  /** One of the rules that decided; null where none did. */
  readonly rule: string | null
  /** Of a deny: `default`, `no-route`, `data`, or what the deciding forbid gives with `because`. Else null. */
  readonly reason: string | null
  /** What a permit asks of whoever carries it out; `load` asks whether they are. */
  readonly obligations: Obligations
  /** Of a challenge: what is to be met. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Of a reject. */
  readonly rejection: Rejection | null
}

export interface Explanation extends Decision {
  /** All that decided, sorted by name. */
  readonly rules: readonly string[]
  /** Shadow rules each of which alone would have changed the answer, sorted. */
  readonly shadow: readonly string[]
  /** Rules whose conditions erred, sorted. */
  readonly errors: readonly EvaluationError[]
  /**
   * Clause by clause: what became of every rule whose `to` fits, and what the permit lacks that lacks least. Empty where no rule
   * was asked.
   */
  readonly why: Why
}

/** A part of the JSON of `iap explain` (`spec/language/explanation.md`). */
export type Why = ModuleExplanation

/** What the answer to a rejected request is. */
export interface Rejection {
  /** 400, 401, 405, 413, 414, 415, 431 */
  readonly status: number
  /** Stable, kebab-case: `claims`, `header-repeated`, `dot-segment` … */
  readonly code: string
  /** One sentence. */
  readonly message: string
}
