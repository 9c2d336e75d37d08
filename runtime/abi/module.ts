/**
 * Version of the contract between decision modules and their hosts: the proxy, `iap eval` and the test runner. `policy.js` is a
 * function body with one parameter, `abi` (`helpers.ts`), that returns a `PolicyModule`. `validators.js` is one that returns
 * `Validators`. A change of an interface in this file needs a new version.
 */
export const ABI_VERSION = 3

/** A decision module: the value that `policy.js` returns. */
export interface PolicyModule {
  readonly abi: typeof ABI_VERSION
  readonly routes: readonly RouteProgram[]
  readonly identities: readonly IdentityProgram[]
  readonly data: readonly DataProgram[]
  /** Links from entries of maps to other data. Absent if there are none. */
  readonly links?: readonly LinkProgram[]
  /** Number of fields of each caller whose ancestors are cached (`abi.ancestors`). Absent if there are none. */
  readonly ancestors?: number
  /** Frozen list of outcomes; decisions are indices of this list. 0 is `no-route`, 1 the default deny, 2 `data`. */
  readonly outcomes: readonly Outcome[]
}

/** Effect of a decision by the rules. Only `permit` lets a request through. */
export type Effect = 'permit' | 'deny' | 'challenge' | 'unauthenticated'

/** Effects of a permit other than forwarding the request. */
export interface Obligations {
  /** Headers to set for the upstream, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Rate limits, sorted by rule. The request passes if one of them has tokens, or if the list is empty. */
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
  /** Value of the limit's `by`, which selects the bucket; `null` if all requests share one bucket. */
  readonly key: string | null
}

/** A requirement that the caller does not meet. A challenge asks for all of them. */
export interface UnmetRequirement {
  /** Kind of the requirement. */
  readonly what: 'mfa' | 'acr' | 'auth'
  /** Sufficient values of `acr`; empty for other kinds. */
  readonly values: readonly string[]
  /** Maximum age of the authentication in milliseconds; `null` if any age suffices. */
  readonly within: number | null
}

/** The result of the fast decision function. Obligations and requirements are computed separately. */
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
 * The known facts of a caller, computed once per credential, bundle, and data generation of its roles. All facts of a bundle have
 * one shape.
 */
export interface Facts {
  /** Index in `identities`, or −1 for an anonymous caller. */
  readonly identity: number
  /** Roles of the caller as bits: word w holds the roles 31w to 31w+30, so that each word is a small integer. */
  readonly roles: readonly number[]
  /** Typed caller as emitted code reads it, or null for an anonymous caller. */
  readonly caller: object | null
  readonly auth: AuthenticationFacts
  /** Links of the caller's fields to the latest data. Absent if the policy uses none. */
  readonly linked?: LinkedCaller | undefined
}

/** The known facts of a caller's authentication. */
export interface AuthenticationFacts {
  /** Time of the authentication in nanoseconds since 1970. Null if unknown; a requirement with `within` is then not met. */
  readonly time: bigint | null
  /** Authentication context class; null if unknown. */
  readonly acr: string | null
  /** Whether several factors were used: `acr` is `mfa`, or `amr` contains it (RFC 8176). */
  readonly mfa: boolean
}

/** An identity of the policy. */
export interface IdentityProgram {
  readonly name: string
  readonly methods: readonly string[]
  /** Whether a method of the identity can request a stronger or fresher authentication. */
  readonly stepsUp: boolean
  /** Data that the conditions of the identity's roles read. */
  readonly data: readonly string[]
  /** Decodes valid claims. Returns null for an ill-formed string or an invalid SPIFFE ID. */
  facts(claims: object, data: DataSnapshot, auth: AuthenticationFacts): Facts | null
}

/** A datum of the policy. */
export interface DataProgram {
  readonly name: string
  /** Decodes valid JSON for conditions. Returns `undefined` if the value does not decode, for example because of a cycle. */
  prepare(json: unknown): unknown
}

/** A link from the entries of a map to other data. */
export interface LinkProgram {
  readonly name: string
  /** Returns the entry with the positions of its texts in these data. */
  link(entry: unknown, data: DataSnapshot): unknown
}

/**
 * Data of a bundle by name, prepared and linked; `undefined` for missing data. The object has no prototype. A decision uses the
 * first snapshot it reads until it ends.
 */
export type DataSnapshot = Readonly<Record<string, unknown>>

/** Validators of JSON, as from `JSON.parse`, against declarations. */
export interface Validators {
  /** Validators of claims by identity. */
  readonly claims: Readonly<Record<string, Validator>>
  /** Validators of data by name. */
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
  /** Decoded segments of the path. They match the route's template, if there is one. */
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
  /** Verified client certificate of the connection, even if another credential identifies the caller. Null if there is none. */
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

/** A lookup of header lines. */
export interface HeaderLookup {
  /** Returns the only line with a lower-case name; `undefined` if there is none. */
  get(name: string): string | undefined
  /** Returns the number of lines with a name. */
  count(name: string): number
}

/** A route of the policy, compiled. */
export interface RouteProgram {
  /** Qualified name: `service.route`. */
  readonly name: string
  readonly service: string
  readonly labels: readonly string[]
  /** HTTP methods, which include HEAD if they include GET. Null if the route accepts any method. */
  readonly methods: readonly string[] | null
  readonly segments: readonly SegmentProgram[]
  /** Parameter names, those of the host first. Values are read from the request in place. */
  readonly params: readonly string[]
  /** Default hosts of the service. */
  readonly hosts: readonly string[]
  /** Headers that enforced rules read. A request that repeats one is refused with status 400. */
  readonly headers: readonly string[]
  /** Headers that only shadow rules read. Absent if there are none. */
  readonly shadowHeaders?: readonly string[]
  /** Data that enforced rules read, also through roles. If one was never received, the route is denied with the reason `data`. */
  readonly data: readonly string[]
  readonly rpc: boolean
  /** Program of the declared query. Null if none is declared, in which case the query is ignored. */
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
  /** Returns the obligations of a permit that `decide` has returned. Null if the route's permits have no obligations. */
  readonly obligations: ((facts: Facts, request: DecisionRequest) => Obligations) | null
  /**
   * Decides a request like `decide` (or `early`), more slowly, and traces all rules. `decided` is the result of `decide`; rules
   * that cannot matter for it may be skipped.
   */
  trace(facts: Facts, request: DecisionRequest, decided?: Outcome | null): Trace
}

/** Program of a declared query. */
export interface QueryProgram {
  readonly keys: readonly { readonly name: string; readonly many: boolean; readonly optional: boolean }[]
  /**
   * Converts decoded query values to the form that conditions read. Values are in the order of the declared keys; a list is
   * empty for an absent key. Returns null if a value does not decode.
   */
  read(values: Readonly<Record<string, readonly string[]>>): object | null
}

/** Program of a declared body. */
export interface BodyProgram {
  /** Decodes valid JSON for conditions. Returns `undefined` if the value does not decode. */
  read(json: unknown): unknown
}

/** Segment of a route template: a text, a parameter `{name}` between a prefix and a suffix, or the rest of the path. */
export type SegmentProgram =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'param'; readonly type: 'string' | 'int'; readonly prefix: string; readonly suffix: string }
  | { readonly kind: 'rest' }

/** A decision with the results of all rules. */
export interface Trace {
  readonly effect: Effect
  readonly reason: string | null
  /** Deciding rules, sorted by name. */
  readonly rules: readonly string[]
  readonly obligations: Obligations
  /** Unmet requirements of a challenge, sorted; null for other effects. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Shadow rules that alone would have changed the decision, sorted. */
  readonly shadow: readonly string[]
  readonly errors: readonly EvaluationError[]
  /** Computes the explanation by clauses when it is called. */
  explanation(): Explanation
}

/** Explanation of a decision: the part of the JSON of `iap explain` that needs no sources (`spec/language/explanation.md`). */
export interface Explanation {
  /** Rules whose `to` matches, sorted by name. A shadow rule is included only if it was evaluated. */
  readonly rules: readonly ExplainedRule[]
  /** The matching enforced permit that lacks the fewest clauses; `null` if there is none or the request is permitted. */
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

/** A clause with its outcome. */
export interface ExplainedClause extends WrittenClause {
  /** Name of the header that the clause sets. Absent from other clauses. */
  readonly name?: string
  /**
   * Outcome of the clause. `true` lets the rule hold. `not-evaluated`: a guard was not true. `open`: the clause depends on the
   * body, which was not read because it could not matter.
   */
  readonly outcome: 'true' | 'false' | 'error' | 'not-evaluated' | 'open'
}

/** The permit that lacks the fewest clauses. */
export interface NearestPermit {
  /** Name of the permit. */
  readonly permit: string
  /** Always `null`: the permit's `to` matches the caller. */
  readonly to: null
  /** Clauses that are not true. */
  readonly clauses: readonly ExplainedClause[]
  /** Names of enforced forbids that hold or fail to evaluate, and would also deny the request. */
  readonly forbids: readonly string[]
}

/** A clause of a rule and its place in the source. */
export interface WrittenClause {
  /** Kind of the clause. */
  readonly clause: 'when' | 'unless' | 'limit' | 'header' | 'require'
  /** Range of the clause in its source. */
  readonly place: WrittenPlace
}

/** A range of a source text. */
export interface WrittenPlace {
  /** Name of the source. */
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

/** Error of a rule whose condition failed to evaluate. `Explanation.why` has the details. */
export interface EvaluationError {
  /** Name of the rule. */
  readonly rule: string
  /** Kind of the error. */
  readonly error: 'evaluation'
}

export type LinkCaller = (caller: object | null, data: DataSnapshot) => object

/** Fields of a caller, linked to one generation of data. */
export interface LinkedCaller {
  readonly link: LinkCaller
  data: DataSnapshot
  fields: object
}
