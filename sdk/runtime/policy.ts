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

/** An immutable policy, ready to decide. `withData` returns another policy with other data. */
export interface Policy {
  /** Digest of the bundle's content: `sha256:` and 64 hexadecimal digits. */
  readonly revision: string
  /** The bundle's manifest: identities, services, data and results of the build. */
  readonly manifest: Manifest
  /** RFC 7638 thumbprints of the trusted keys that signed the bundle, sorted; empty with `insecure-unverified`. */
  readonly verifiedBy: readonly string[]
  /** Facts of a caller without a credential. */
  readonly anonymous: Facts
  /**
   * Computes the facts of a caller whose credential you verified: the roles, and the claims that rules read.
   *
   * Compute them once per credential and policy, and keep them with the session.
   *
   * @param identity name of the identity in the policy
   * @param claims claims of the credential, as from `JSON.parse`; for an `mtls` identity `{ spiffe_id, dns_names }`
   * @param authentication how and when the caller authenticated; default: unknown, which meets no requirement
   * @returns the facts; `ok: false` with a message if the claims do not match the policy's declaration
   * @throws TypeError if `authentication.time` is not a valid `Date`
   *
   * @example
   * ```ts
   * import { readFile } from 'node:fs/promises'
   * import { load } from 'iap-proxy/runtime'
   *
   * const policy = await load(await readFile('orders.iapb'), { keys: [await readFile('release.public.json', 'utf8')] })
   * const known = policy.facts('staff', { sub: 'ann', groups: ['support'] }, { time: new Date(), amr: ['mfa'] })
   * console.log(known.ok) // true
   * ```
   */
  facts(identity: string, claims: unknown, authentication?: Authentication): FactsResult
  /**
   * Decides a request. Only the effect `permit` lets the request through, with its `obligations`.
   *
   * @param request the request as received
   * @param facts facts of this policy: from `facts` or `anonymous`
   * @returns the decision with its route, rule, reason and obligations
   * @throws TypeError if an argument is invalid, such as facts of another policy. Any other error is a bug. Neither permits the
   * request.
   *
   * @example
   * ```ts
   * import { readFile } from 'node:fs/promises'
   * import { load } from 'iap-proxy/runtime'
   *
   * const policy = await load(await readFile('orders.iapb'), { keys: [await readFile('release.public.json', 'utf8')] })
   * const known = policy.facts('staff', { sub: 'ann', groups: ['support'] })
   * if (!known.ok) throw new Error(known.message)
   * const request = { method: 'GET', url: 'https://orders.shop.example/orders/7' }
   * const { effect, rule } = policy.decide(request, known.facts)
   * console.log(effect, rule) // permit support_reads
   * console.log(policy.decide(request, policy.anonymous).effect) // unauthenticated
   * ```
   */
  decide(request: Request, facts: Facts): Decision
  /**
   * Decides a request like `decide`, and explains the decision. Slower; for operators rather than for callers.
   *
   * @param request the request as received
   * @param facts facts of this policy: from `facts` or `anonymous`
   * @returns the decision, with all deciding rules, shadow rules, rules that failed, and the outcome of each clause
   * @throws TypeError if an argument is invalid, such as facts of another policy
   *
   * @example
   * ```ts
   * import { readFile } from 'node:fs/promises'
   * import { load } from 'iap-proxy/runtime'
   *
   * const policy = await load(await readFile('orders.iapb'), { keys: [await readFile('release.public.json', 'utf8')] })
   * const known = policy.facts('staff', { sub: 'ann', groups: ['sales'] })
   * if (!known.ok) throw new Error(known.message)
   * const explanation = policy.explain({ method: 'GET', url: 'https://orders.shop.example/orders/7' }, known.facts)
   * console.log(explanation.effect, explanation.why.rules.length) // deny 0
   * ```
   */
  explain(request: Request, facts: Facts): Explanation
  /**
   * Returns the policy with other data. Facts of this policy are invalid for that one: compute them again.
   *
   * @param values new values by name, as JSON; other data keep their values
   * @returns the new policy; `ok: false` with the place of the problem if a value does not match its declaration
   *
   * @example
   * ```ts
   * import { compile } from 'iap-proxy/compiler'
   * import { load } from 'iap-proxy/runtime'
   *
   * const text = `
   * label internal
   * identity staff via jwt { sub: string }
   * data blocked: set<string>
   * service orders at "orders.shop.example" { route read GET "/orders/{id: int}" is internal }
   * permit staff_reads on orders.read to staff unless caller.sub in blocked
   * `
   * const result = await compile({ sources: [{ name: 'orders.iap', text }] })
   * if (!result.ok) throw new Error(JSON.stringify(result.diagnostics))
   * const policy = await load(result.bundle, { keys: 'insecure-unverified', data: { blocked: [] } })
   * const next = policy.withData({ blocked: ['ann'] })
   * if (!next.ok) throw new Error(next.message)
   * const known = next.policy.facts('staff', { sub: 'ann' })
   * if (!known.ok) throw new Error(known.message)
   * const request = { method: 'GET', url: 'https://orders.shop.example/orders/7' }
   * console.log(next.policy.decide(request, known.facts).effect) // deny
   * ```
   */
  withData(values: Readonly<Record<string, unknown>>): DataResult
}

/** A request as received, before any normalization. A request that servers could interpret in different ways is rejected. */
export interface Request {
  /** HTTP method as on the wire, in upper case: `GET`. */
  readonly method: string
  /**
   * Absolute URL: `https://orders.shop.example/orders/7?x=1`. The part after the authority is read byte for byte, never
   * normalized.
   */
  readonly url: string
  /** Header values by name, in any case; a list has one value for each line. Default: none. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** IP address of the client. Default: the unassigned 192.0.2.1 (RFC 5737). */
  readonly sourceIp?: string
  /** Time of arrival. Default: now. */
  readonly time?: Date
  /** Body as a JSON value. Implies `content-type: application/json` if no header says otherwise. */
  readonly body?: unknown
  /** Body as text, instead of `body`. Parsed strictly: duplicate keys are rejected. */
  readonly rawBody?: string
  /**
   * The connection's verified client certificate, also if another credential identifies the caller. Default: the certificate of
   * a caller by `mtls`, otherwise none.
   */
  readonly mtls?: Certificate | null
}

/** Names of a client certificate that you verified. */
export interface Certificate {
  /** SPIFFE ID of the workload: `spiffe://prod.shop.example/ns/shop`. */
  readonly spiffe_id: string
  /** DNS names of the certificate (RFC 5280, section 4.2.1.6). Default: none. */
  readonly dns_names?: readonly string[]
}

/** Method and time of a caller's authentication. Absent members meet no requirement of the policy. */
export interface Authentication {
  /** Time of the authentication: `auth_time` of OpenID Connect. */
  readonly time?: Date
  /** Authentication context class: `acr` of OpenID Connect. */
  readonly acr?: string
  /** Authentication methods (RFC 8176): `['pwd', 'mfa']`. */
  readonly amr?: readonly string[]
}

/** Facts of a caller: an opaque object, valid only for the policy that returned it. */
export interface Facts {
  /** Name of the identity in the policy; `null` for `anonymous`. */
  readonly identity: string | null
}

/** Result of `Policy.facts`: the facts, or the problem with the claims. */
export type FactsResult =
  | {
      /** Whether the claims match the policy's declaration. */
      readonly ok: true
      /** Facts to pass to `decide` and `explain`. */
      readonly facts: Facts
    }
  | {
      /** Whether the claims match the policy's declaration. */
      readonly ok: false
      /** Description of the problem: names the claim but never its value. */
      readonly message: string
    }

/** Result of `Policy.withData`: the new policy, or the problem with a value. */
export type DataResult =
  | {
      /** Whether all values match their declarations. */
      readonly ok: true
      /** The policy with the new data. */
      readonly policy: Policy
    }
  | {
      /** Whether all values match their declarations. */
      readonly ok: false
      /** Name of the data that does not match. */
      readonly datum: string
      /** JSON Pointer (RFC 6901) to the invalid part of the value. */
      readonly pointer: string
      /** Description of the problem: names the data and the place but no value. */
      readonly message: string
    }

/**
 * Effect of a decision: `permit` lets the request through, and all others refuse it. `reject` means that the request is ambiguous
 * or invalid, and was refused before a decision.
 */
export type Effect = DecidedEffect | 'reject'

/** The result of deciding a request: the effect, with the route, rule, reason and obligations that belong to it. */
export interface Decision {
  /** Effect of the decision. Only `permit` lets the request through. */
  readonly effect: Effect
  /** Qualified name of the route: `service.route`. `null` if no route matches, or the request was rejected before a match. */
  readonly route: string | null
  /** Name of one of the deciding rules; `null` if no rule decided. */
  readonly rule: string | null
  /** Reason of a deny: `default`, `no-route`, `data`, or the `because` of the deciding forbid. `null` for other effects. */
  readonly reason: string | null
  /**
   * Obligations of a permit, which you must carry out; empty for other effects. `load` refuses a bundle with obligations that its
   * option `carries` does not list.
   */
  readonly obligations: Obligations
  /** Requirements that the caller does not meet; `null` unless the effect is `challenge`. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** What to respond to a rejected request; `null` unless the effect is `reject`. */
  readonly rejection: Rejection | null
}

/** A decision with the results of its rules. */
export interface Explanation extends Decision {
  /** Names of all deciding rules, sorted. */
  readonly rules: readonly string[]
  /** Names of shadow rules that alone would have changed the decision, sorted. */
  readonly shadow: readonly string[]
  /** Rules whose conditions failed to evaluate, sorted. */
  readonly errors: readonly EvaluationError[]
  /**
   * Outcome of every rule whose `to` matches, clause by clause, and the clauses that the nearest permit lacks. Empty if no rule
   * was evaluated.
   */
  readonly why: Why
}

/** Explanation of a decision: part of the JSON of `iap explain` (`spec/language/explanation.md`). */
export type Why = ModuleExplanation

/** Status, code and message of the HTTP response that a rejected request should get. */
export interface Rejection {
  /** HTTP status: 400, 401, 405, 413, 414, 415 or 431. */
  readonly status: number
  /** Stable code in kebab case, such as `claims`, `header-repeated` or `dot-segment`. */
  readonly code: string
  /** Reason, in one sentence. */
  readonly message: string
}
