/**
 * Version of the contract between decision modules and their hosts: the proxy, `iap eval` and the test runner. `policy.js` is a
 * function body with one parameter, `abi` (`helpers.ts`), that returns a `PolicyModule`. `validators.js` is one that returns
 * `Validators`. A change of an interface in this file needs a new version.
 */
export const ABI_VERSION = 3

/** A compiled policy: the value that `policy.js` returns. */
export interface PolicyModule {
  readonly abi: typeof ABI_VERSION
  readonly routes: readonly RouteProgram[]
  readonly identities: readonly IdentityProgram[]
  readonly data: readonly DataProgram[]
  /** Functions that resolve texts in the entries of maps to positions in other data. Absent if there are none. */
  readonly links?: readonly LinkProgram[]
  /**
   * Number of fields of a caller for which the ancestors in a hierarchy are cached (`abi.ancestors`). Absent if there are none.
   */
  readonly ancestors?: number
  /** Frozen list of outcomes; decisions are indices of this list. 0 is `no-route`, 1 the default deny, 2 `data`. */
  readonly outcomes: readonly Outcome[]
}

/** Effect of a decision by the rules. Only `permit` lets a request through. */
export type Effect = 'permit' | 'deny' | 'challenge' | 'unauthenticated'

/** What the proxy must do besides forwarding a permitted request. */
export interface Obligations {
  /** Headers to set for the upstream, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Rate limits, sorted by rule name. The request passes if at least one of them is not exhausted, or if the list is empty. */
  readonly limits: readonly LimitObligation[]
}

/** A rate limit: `count` requests per `per` milliseconds. */
export interface LimitObligation {
  /** Name of the permit with the limit. */
  readonly rule: string
  /** Maximum number of requests in a period. */
  readonly count: number
  /** Length of the period in milliseconds. */
  readonly per: number
  /**
   * Value of the limit's `by` expression for this request. Requests with equal values share one bucket; `null` if all requests
   * do.
   */
  readonly key: string | null
}

/**
 * A requirement on the authentication that the caller does not meet. If a decision has several, the caller must meet all of them.
 */
export interface UnmetRequirement {
  /**
   * Kind of the requirement. `mfa`: multi-factor authentication. `acr`: an authentication context class. `auth`: any
   * authentication, within the maximum age.
   */
  readonly what: 'mfa' | 'acr' | 'auth'
  /** Sufficient values of `acr`; empty for other kinds. */
  readonly values: readonly string[]
  /** Maximum age of the authentication in milliseconds; `null` if any age suffices. */
  readonly within: number | null
}

/**
 * A possible result of `RouteProgram.decide`. It does not include obligations and requirements, which other functions compute.
 */
export interface Outcome {
  readonly effect: Effect
  /** Name of one of the deciding rules; null if no rule decided. */
  readonly rule: string | null
  /**
   * Reason of a denial: `default`, `no-route`, `data`, or the `because` of the deciding `forbid` rule with the least name (null
   * if it has none). Null for other effects.
   */
  readonly reason: string | null
}

/**
 * Data about a caller from which rules decide. They are computed once per credential, bundle, and version of the data that its
 * roles depend on. The facts of all callers of a bundle have the same members.
 */
export interface Facts {
  /** Index of the caller's identity in `PolicyModule.identities`, or −1 for an anonymous caller. */
  readonly identity: number
  /** Roles of the caller as bits: word w holds the roles 31w to 31w+30, so that each word is a small integer. */
  readonly roles: readonly number[]
  /** Declared claims of the caller with their typed values, or null for an anonymous caller. Only emitted code reads them. */
  readonly caller: object | null
  readonly auth: AuthenticationFacts
  /** Positions of the caller's texts in the policy's data, found in advance. Absent if the policy uses none. */
  readonly linked?: LinkedCaller | undefined
}

/** Data about how and when a caller authenticated. */
export interface AuthenticationFacts {
  /** Time of the authentication in nanoseconds since 1970. Null if unknown; a requirement with `within` is then not met. */
  readonly time: bigint | null
  /** Authentication context class; null if unknown. */
  readonly acr: string | null
  /** Whether several factors were used: `acr` is `mfa`, or `amr` contains it (RFC 8176). */
  readonly mfa: boolean
}

/** Compiled declaration of an identity of the policy. */
export interface IdentityProgram {
  readonly name: string
  readonly methods: readonly string[]
  /** Whether one of the identity's authentication methods can ask for a stronger or more recent authentication. */
  readonly stepsUp: boolean
  /** Names of the data that the conditions of the identity's roles read. */
  readonly data: readonly string[]
  /**
   * Computes the facts of a caller from claims that the validator has accepted. Returns null for an ill-formed string or an
   * invalid SPIFFE ID.
   */
  facts(claims: object, data: DataSnapshot, auth: AuthenticationFacts): Facts | null
}

/** Compiled declaration of one datum, a named value that is delivered to the policy separately from requests. */
export interface DataProgram {
  readonly name: string
  /**
   * Converts JSON that the validator has accepted to a typed value. Returns `undefined` if that fails, for example because of a
   * cycle in a hierarchy.
   */
  prepare(json: unknown): unknown
}

/** Function that resolves texts in the entries of a map, the datum `name`, to positions in other data. */
export interface LinkProgram {
  readonly name: string
  /** Returns a copy of an entry of the map that also holds the positions which its texts have in `data`. */
  link(entry: unknown, data: DataSnapshot): unknown
}

/**
 * One version of all data of a policy, by name; `undefined` for a missing datum. Values are typed and linked. The object has no
 * prototype. A decision uses the same snapshot until it ends.
 */
export type DataSnapshot = Readonly<Record<string, unknown>>

/** Functions that check parsed JSON against the declarations of a policy: the value that `validators.js` returns. */
export interface Validators {
  /** Validator of each identity's claims, by name of the identity. */
  readonly claims: Readonly<Record<string, Validator>>
  /** Validator of each datum, by name. */
  readonly data: Readonly<Record<string, Validator>>
  /** Validators of bodies by `service.route`, for routes with a body. */
  readonly bodies: Readonly<Record<string, Validator>>
}
export interface Validator {
  (json: unknown): boolean
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null
}

/** A request as conditions read it; `CanonicalRequest` implements it. */
export interface DecisionRequest {
  readonly method: string
  readonly host: string
  /** Path for conditions: the decoded segments joined by `/`, with a leading `/`. */
  readonly path: string
  /** Decoded segments of the path. If a route matches, they match its template. */
  readonly segments: readonly string[]
  readonly headers: HeaderLookup
  /** Client address in canonical text: IPv4 dotted, IPv6 by RFC 5952. */
  readonly sourceIp: string
  /** Time of the request in nanoseconds since 1970. */
  readonly time: bigint
  /** Typed query, or null if the route declares none. */
  readonly query: object | null
  /** Typed body. `undefined` until it is read, or if none is declared. */
  readonly body: unknown
  /**
   * Verified client certificate of the connection, or null if there is none. It is present even if another credential identifies
   * the caller.
   */
  readonly mtls: Certificate | null
  readonly data: DataSnapshot
}

/** A verified client certificate as conditions read it. */
export interface Certificate {
  readonly spiffe_id: string
  readonly trust_domain: string
  readonly path: string
  readonly dns_names: readonly string[]
}

/** Headers of a request by lower-case name. */
export interface HeaderLookup {
  /** Returns the value of a header that has one line, or `undefined` if there is none. */
  get(name: string): string | undefined
  /** Returns the number of lines of a header. */
  count(name: string): number
}

/** Compiled declaration of a route of the policy. */
export interface RouteProgram {
  /** Qualified name: `service.route`. */
  readonly name: string
  readonly service: string
  readonly labels: readonly string[]
  /** HTTP methods, which include HEAD if they include GET. Null if the route accepts any method. */
  readonly methods: readonly string[] | null
  readonly segments: readonly SegmentProgram[]
  /**
   * Names of the route's parameters; a parameter of the host comes first. Emitted code reads their values from `segments` and
   * `host` of the request.
   */
  readonly params: readonly string[]
  /** Host names and patterns of the service. The configuration may replace them. */
  readonly hosts: readonly string[]
  /** Names of the headers that enforced rules read. A request that repeats one is refused with status 400. */
  readonly headers: readonly string[]
  /** Names of the headers that only shadow rules read. Absent if there are none. */
  readonly shadowHeaders?: readonly string[]
  /**
   * Names of the data that enforced rules read, also through roles. If one was never received, requests are denied with the
   * reason `data`.
   */
  readonly data: readonly string[]
  readonly rpc: boolean
  /**
   * Keys of the declared query and the function that decodes it. Null if none is declared, in which case the query is ignored.
   */
  readonly query: QueryProgram | null
  readonly body: BodyProgram | null
  /**
   * Lower-case names of headers that permits of the service set. They are removed from every request to the service, in any
   * spelling.
   */
  readonly ownHeaders: readonly string[]
  /**
   * Decides a request of a route with a body before the body is read. Returns an index in `outcomes`, or −1 if the decision
   * needs the body (`spec/language/decision.md`). Null for a route without a body.
   */
  readonly early: ((facts: Facts, request: DecisionRequest) => number) | null
  /** Whether the decision depends on the caller alone. Default: false. */
  readonly ofCaller?: boolean
  /**
   * Decides a request. Returns an index in `outcomes`. Allocates nothing unless a condition makes a text, collection or time.
   */
  decide(facts: Facts, request: DecisionRequest): number
  /** Returns the obligations of a request that `decide` has permitted. Null if the route's permits have no obligations. */
  readonly obligations: ((facts: Facts, request: DecisionRequest) => Obligations) | null
  /**
   * Decides a request like `decide` (or `early`), but more slowly, and returns the outcomes of rules. `decided` is the result of
   * `decide`, if known; rules that cannot matter for it may then be skipped.
   */
  trace(facts: Facts, request: DecisionRequest, decided?: Outcome | null): Trace
}

/** Keys of a declared query, and the function that decodes their values. */
export interface QueryProgram {
  readonly keys: readonly { readonly name: string; readonly many: boolean; readonly optional: boolean }[]
  /**
   * Converts the values of the declared keys, which are percent-decoded, to typed values. `values` has a list for each key, which
   * is empty for an absent key. Returns null if a value does not have its declared type.
   */
  read(values: Readonly<Record<string, readonly string[]>>): object | null
}

/** Function that decodes a declared body. */
export interface BodyProgram {
  /** Converts JSON that the validator has accepted to a typed value. Returns `undefined` if that fails. */
  read(json: unknown): unknown
}

/** Segment of a route template: a text, a parameter `{name}` between a prefix and a suffix, or the rest of the path. */
export type SegmentProgram =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'param'; readonly type: 'string' | 'int'; readonly prefix: string; readonly suffix: string }
  | { readonly kind: 'rest' }

/** A decision with the rules that made it, and those that failed or would have changed it. */
export interface Trace {
  readonly effect: Effect
  readonly reason: string | null
  /** Deciding rules, sorted by name. */
  readonly rules: readonly string[]
  readonly obligations: Obligations
  /** Unmet requirements of a challenge, sorted; null for other effects. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Names of the shadow rules each of which alone would have changed the decision, sorted by name. */
  readonly shadow: readonly string[]
  readonly errors: readonly EvaluationError[]
  /** Evaluates all rules again, and returns the outcome of each clause. */
  explanation(): Explanation
}

/** Explanation of a decision: the part of the JSON of `iap explain` that needs no sources (`spec/language/explanation.md`). */
export interface Explanation {
  /** Rules whose `to` matches the caller, sorted by name. A shadow rule is included only if it was evaluated. */
  readonly rules: readonly ExplainedRule[]
  /**
   * The enforced permit that has the fewest unmet clauses, among those whose `to` matches; `null` if there is none or the request
   * is permitted.
   */
  readonly nearest: NearestPermit | null
}

/** A rule with the outcome of its clauses. */
export interface ExplainedRule {
  /** Name of the rule. */
  readonly rule: string
  /** Effect of the rule if all its clauses hold. */
  readonly effect: 'permit' | 'forbid'
  /** Whether the rule is a shadow rule, which decides nothing. */
  readonly shadow: boolean
  /**
   * Outcome of the rule. `unmet`: only requirements are missing. `open`: the outcome depends on the body, which was not read.
   */
  readonly outcome: 'holds' | 'unmet' | 'fails' | 'errs' | 'open'
  /** Whether the rule decides the request. */
  readonly decides: boolean
  /** Text of the rule's `because`; `null` if it has none. */
  readonly because: string | null
  /** Clauses in source order: conditions, the limit's key, headers, and a permit's requirements. */
  readonly clauses: readonly ExplainedClause[]
}

/** A clause of a rule with its outcome for one request. */
export interface ExplainedClause extends WrittenClause {
  /** Name of the header that the clause sets. Absent from other clauses. */
  readonly name?: string
  /**
   * Outcome of the clause. `true`: the clause does not keep the rule from applying. `not-evaluated`: the condition that guards
   * the clause was not true. `open`: the clause depends on the body, which was not read because it could not matter.
   */
  readonly outcome: 'true' | 'false' | 'error' | 'not-evaluated' | 'open'
}

/** The permit that was closest to permitting the request: the one that has the fewest unmet clauses. */
export interface NearestPermit {
  /** Name of the permit. */
  readonly permit: string
  /**
   * Always `null`, as the permit's `to` matches the caller. `iap explain` also names permits whose `to` does not match, and then
   * holds that `to` here.
   */
  readonly to: null
  /** Clauses of the permit that are not true for the request. */
  readonly clauses: readonly ExplainedClause[]
  /**
   * Names of the enforced `forbid` rules that also keep the request from being permitted, because they apply or fail with an
   * error.
   */
  readonly forbids: readonly string[]
}

/** A clause of a rule and its place in the source. */
export interface WrittenClause {
  /** Kind of the clause, named after the keyword of the policy language. */
  readonly clause: 'when' | 'unless' | 'limit' | 'header' | 'require'
  /** Range of the clause in the source file. */
  readonly place: WrittenPlace
}

/** A range of a source text. */
export interface WrittenPlace {
  /** Name of the source file. */
  readonly file: string
  /** Position of the first character. */
  readonly start: WrittenPoint
  /** Position after the last character. */
  readonly end: WrittenPoint
}

/** A position in a source text: line and column from 1, columns in UTF-16 units. */
export interface WrittenPoint {
  readonly line: number
  readonly column: number
}

/** Error of a rule whose condition could not be evaluated. The explanation of the decision tells which clause failed. */
export interface EvaluationError {
  /** Name of the rule. */
  readonly rule: string
  /** Kind of the error. */
  readonly error: 'evaluation'
}

export type LinkCaller = (caller: object | null, data: DataSnapshot) => object

/** Cached positions of a caller's texts in one version of the policy's data, by which conditions find entries. */
export interface LinkedCaller {
  readonly link: LinkCaller
  data: DataSnapshot
  fields: object
}
