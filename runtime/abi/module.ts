/**
 * The contract with decision modules, ABI 2. `policy.js` in a bundle is a function body with one parameter, `abi`
 * (`helpers.ts`), that returns a `PolicyModule`; `validators.js` is another, with the same parameter, that returns `Validators`.
 * Everything here is shared by emitted code, the proxy, `eval` and the test runner; changing a shape is a new ABI version.
 */

export const ABI_VERSION = 3

export interface PolicyModule {
  readonly abi: typeof ABI_VERSION
  readonly routes: readonly RouteProgram[]
  readonly identities: readonly IdentityProgram[]
  readonly data: readonly DataProgram[]
  /** Of maps of data: what else is known of an entry, with the other data. Left out: nothing. */
  readonly links?: readonly LinkProgram[]
  /** How many fields of each caller have all that is above them kept beside (`abi.ancestors`). Left out: none. */
  readonly ancestors?: number
  /** Frozen; a decision is an index into it. 0 is `no-route`, 1 the default deny, 2 `data`. */
  readonly outcomes: readonly Outcome[]
}

export type Effect = 'permit' | 'deny' | 'challenge' | 'unauthenticated'

/** What a permit asks of the proxy besides forwarding. */
export interface Obligations {
  /** What the upstream is sent, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Sorted by rule. Empty: no limit. Else the request passes if one of them has room. */
  readonly limits: readonly LimitObligation[]
}

export interface LimitObligation {
  readonly rule: string
  readonly count: number
  /** Milliseconds. */
  readonly per: number
  /** Whose bucket: the value of `by` as text; null where the rule has one for all. */
  readonly key: string | null
}

/** One requirement that is not met; all of a challenge must be. */
export interface UnmetRequirement {
  readonly what: 'mfa' | 'acr' | 'auth'
  /** Of `acr`: those of which one is asked for. Else empty. */
  readonly values: readonly string[]
  /** Milliseconds that may have passed since the caller authenticated; null where any time will do. */
  readonly within: number | null
}

/** What the fast function answers. Obligations and a challenge's requirements are asked for behind it. */
export interface Outcome {
  readonly effect: Effect
  /** One of the rules that decided; null where none did. */
  readonly rule: string | null
  /**
   * Of a deny: `default`, `no-route`, `data`, or the `because` of the deciding forbid with the least name (null if that has
   * none). Else null.
   */
  readonly reason: string | null
}

/**
 * What is known of a caller, worked out once per credential, bundle and generation of the data that its roles read. One shape in
 * a bundle.
 */
export interface Facts {
  /** Index in `identities`; −1 for anonymous. */
  readonly identity: number
  /** Word w holds the roles 31w … 31w+30, one bit each, so that every word is a small integer. */
  readonly roles: readonly number[]
  /** The typed caller, in the shape that the emitted code reads; null for anonymous. */
  readonly caller: object | null
  readonly auth: AuthenticationFacts
  /** What the caller's fields mean in the data that were asked with last. Left out: nobody asks. */
  readonly linked?: LinkedCaller | undefined
}

/** How and when the caller authenticated. */
export interface AuthenticationFacts {
  /** Nanoseconds since 1970; null where that is not known, so that no `within` is met. */
  readonly time: bigint | null
  readonly acr: string | null
  /** `acr` is `mfa`, or `amr` contains it (RFC 8176). */
  readonly mfa: boolean
}

export interface IdentityProgram {
  readonly name: string
  readonly methods: readonly string[]
  /** Whether one of its methods can ask the caller for a stronger or fresher authentication. */
  readonly stepsUp: boolean
  /** Data that conditions of its roles read. */
  readonly data: readonly string[]
  /** From claims that the validator accepted. Null: a value does not fit (an ill-formed string, a SPIFFE ID with no meaning). */
  facts(claims: object, data: DataSnapshot, auth: AuthenticationFacts): Facts | null
}

export interface DataProgram {
  readonly name: string
  /**
   * From JSON that the validator accepted to what conditions read; undefined where a value does not fit (a cycle in a hierarchy).
   */
  prepare(json: unknown): unknown
}

export interface LinkProgram {
  /** Of the datum. */
  readonly name: string
  /** The same entry, with where texts in it stand in these data. */
  link(entry: unknown, data: DataSnapshot): unknown
}

/**
 * All data of a bundle by name, prepared and linked; undefined what never arrived. It has no prototype. A decision keeps the one
 * that it began with.
 */
export type DataSnapshot = Readonly<Record<string, unknown>>

/** What stands at the doors: does this JSON (as `JSON.parse` made it) fit its declaration? */
export interface Validators {
  /** Claims by identity. */
  readonly claims: Readonly<Record<string, Validator>>
  readonly data: Readonly<Record<string, Validator>>
  /** By `service.route`, of those with a body. */
  readonly bodies: Readonly<Record<string, Validator>>
}
export interface Validator {
  (json: unknown): boolean
  /** As ajv leaves them, after a call that returned false. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null
}

/** The request as conditions read it; a `CanonicalRequest` is one. */
export interface DecisionRequest {
  readonly method: string
  readonly host: string
  /** Decoded: `/` and the decoded segments joined by `/`. */
  readonly path: string
  /** Those of the path, decoded: where a route was found, they fit its template. */
  readonly segments: readonly string[]
  readonly headers: HeaderLookup
  /** Canonical text: IPv4 dotted, IPv6 by RFC 5952. */
  readonly sourceIp: string
  /** Nanoseconds since 1970. */
  readonly time: bigint
  /** The declared keys, typed; null on routes that declare none. */
  readonly query: object | null
  /** The body, typed; undefined until it was read, and on routes that declare none. */
  readonly body: unknown
  /** The verified certificate of the connection, whoever the caller is. */
  readonly mtls: Certificate | null
  readonly data: DataSnapshot
}

export interface Certificate {
  readonly spiffe_id: string
  readonly trust_domain: string
  readonly path: string
  readonly dns_names: readonly string[]
}

export interface HeaderLookup {
  /** The value of the only line of that name (lower case), undefined where there is none. */
  get(name: string): string | undefined
  /** How many lines of that name came in. */
  count(name: string): number
}

export interface RouteProgram {
  /** `service.route` */
  readonly name: string
  readonly service: string
  readonly labels: readonly string[]
  /** Null: any method. HEAD is listed wherever GET is. */
  readonly methods: readonly string[] | null
  readonly segments: readonly SegmentProgram[]
  /** Names of the parameters: the host's first. Functions read their values where they stand in the request. */
  readonly params: readonly string[]
  /** The service's default hosts. */
  readonly hosts: readonly string[]
  /** Header names that enforced rules of this route read: one that comes in two lines is a 400. */
  readonly headers: readonly string[]
  /** Header names that only shadow rules of this route read. Left out: none. */
  readonly shadowHeaders?: readonly string[]
  /**
   * Data that enforced rules of this route read, through roles too: where one never arrived the route is denied, reason `data`.
   */
  readonly data: readonly string[]
  /** Whether it is a gRPC operation. */
  readonly rpc: boolean
  /** Null where no key is declared: then the query is not looked at. */
  readonly query: QueryProgram | null
  readonly body: BodyProgram | null
  /** Lower-case names of the headers that permits of the service set: removed from every request to it, in every spelling. */
  readonly ownHeaders: readonly string[]
  /**
   * Before the body was read, on routes that declare one: an index into `outcomes`, or −1 where the body must be read
   * first (`spec/language/decision.md`). Null on other routes.
   */
  readonly early: ((facts: Facts, request: DecisionRequest) => number) | null
  /** Whether the caller alone settles what is decided. Left out: no. */
  readonly ofCaller?: boolean
  /** Index into `outcomes`. Allocates nothing, unless a condition makes a new text, collection or time. */
  decide(facts: Facts, request: DecisionRequest): number
  /** What a permit that `decide` gave carries; null where no permit of the route has a limit or a header. */
  readonly obligations: ((facts: Facts, request: DecisionRequest) => Obligations) | null
  /**
   * The same question as `decide` (or `early` where the body was not read), slower: everything that an answer has. `decided`:
   * what the fast function gave; then rules may be left out that say nothing of that. Default: nothing is known.
   */
  trace(facts: Facts, request: DecisionRequest, decided?: Outcome | null): Trace
}

/** The declared keys of a query. */
export interface QueryProgram {
  readonly keys: readonly { readonly name: string; readonly many: boolean; readonly optional: boolean }[]
  /**
   * From the values of each declared key (decoded, in order; empty where it did not come) to what conditions read; null where one
   * does not fit.
   */
  read(values: Readonly<Record<string, readonly string[]>>): object | null
}

export interface BodyProgram {
  /** From JSON that the validator accepted to what conditions read; undefined where a value does not fit. */
  read(json: unknown): unknown
}

/** As in a template: a text, `{name}` between a prefix and a suffix, or the rest of the path. */
export type SegmentProgram =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'param'; readonly type: 'string' | 'int'; readonly prefix: string; readonly suffix: string }
  | { readonly kind: 'rest' }

export interface Trace {
  readonly effect: Effect
  readonly reason: string | null
  /** All that decided, sorted by name. */
  readonly rules: readonly string[]
  readonly obligations: Obligations
  /** Of a challenge: what is to be met, sorted by `what`, values, `within`; else null. */
  readonly challenge: readonly UnmetRequirement[] | null
  /** Shadow rules each of which alone would have changed the answer, sorted. */
  readonly shadow: readonly string[]
  readonly errors: readonly EvaluationError[]
  /** Why, by the clauses of rules. Made when it is asked for. */
  explanation(): Explanation
}

/** Of the JSON that `iap explain` prints, what a bundle knows without its sources (`spec/language/explanation.md`). */
export interface Explanation {
  /** The rules whose `to` fits, by name; of shadow rules those that were judged. */
  readonly rules: readonly ExplainedRule[]
  /** Of what is no permit: the enforced permit that lacks least, of those whose `to` fits; null where there is none. */
  readonly nearest: NearestPermit | null
}

export interface ExplainedRule {
  readonly rule: string
  readonly effect: 'permit' | 'forbid'
  readonly shadow: boolean
  /** `unmet`: it holds but for what it requires. `open`: it waits for the body. */
  readonly outcome: 'holds' | 'unmet' | 'fails' | 'errs' | 'open'
  readonly decides: boolean
  readonly because: string | null
  /** Its conditions in the order written, then its limit's key and its headers, then what a permit requires. */
  readonly clauses: readonly ExplainedClause[]
}

export interface ExplainedClause extends WrittenClause {
  /** Of a header. */
  readonly name?: string
  /**
   * `true`: it lets the rule hold. `not-evaluated`: a guard of it was not true, so nobody knows. `open`: it waits for the body,
   * which was not read, as that would have changed nothing.
   */
  readonly outcome: 'true' | 'false' | 'error' | 'not-evaluated' | 'open'
}

export interface NearestPermit {
  readonly permit: string
  /** Its `to` fits. */
  readonly to: null
  /** Those that are not true. */
  readonly clauses: readonly ExplainedClause[]
  /** Enforced forbids that hold or err, which would have to give way besides. */
  readonly forbids: readonly string[]
}

/** A clause in the policy. */
export interface WrittenClause {
  readonly clause: 'when' | 'unless' | 'limit' | 'header' | 'require'
  /** Where its expression stands. */
  readonly place: WrittenPlace
}

export interface WrittenPlace {
  /** A source of the bundle. */
  readonly file: string
  readonly start: WrittenPoint
  /** Behind it. */
  readonly end: WrittenPoint
}

/** Both from 1; columns in UTF-16 units. */
export interface WrittenPoint {
  readonly line: number
  readonly column: number
}

/** A rule whose conditions erred; which error, and where, the explanation says. */
export interface EvaluationError {
  readonly rule: string
  readonly error: 'evaluation'
}

export type LinkCaller = (caller: object | null, data: DataSnapshot) => object

/** A caller's fields, as they are linked to one generation of data. */
export interface LinkedCaller {
  readonly link: LinkCaller
  data: DataSnapshot
  fields: object
}
