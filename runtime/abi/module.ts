/**
 * The contract with decision modules, ABI 1. `policy.js` in a bundle is a function body with one parameter, `abi`
 * (`helpers.ts`), that returns a `PolicyModule`; `validators.js` is one with no parameter that returns `Validators`.
 * Everything here is shared by emitted code, the proxy, `eval` and the test runner; changing a shape is a new ABI version.
 */

export const ABI_VERSION = 1

export interface PolicyModule {
  readonly abi: typeof ABI_VERSION
  readonly routes: readonly RouteProgram[]
  readonly identities: readonly IdentityProgram[]
  /** Frozen; a decision is an index into it. */
  readonly outcomes: readonly Outcome[]
}

export type Effect = 'permit' | 'deny' | 'challenge' | 'unauthenticated'

export interface Obligations {
  readonly headers: Readonly<Record<string, string>>
  readonly limits: readonly string[]
}

export interface Outcome {
  readonly effect: Effect
  /** One of the rules that decided; null where none did. */
  readonly rule: string | null
  /** Of a deny: `default`, `no-route`, or the `because` of the deciding forbid with the least name (null if that has none). Else null. */
  readonly reason: string | null
  readonly obligations: Obligations
  readonly challenge: string | null
}

/** What is known of a caller, worked out once per credential and bundle. One shape in a bundle. */
export interface Facts {
  /** Index in `identities`; −1 for anonymous. */
  readonly identity: number
  /** Word w holds the roles 31w … 31w+30, one bit each, so that every word is a small integer. */
  readonly roles: readonly number[]
  /** The typed caller, in the shape that the emitted code reads; null for anonymous. */
  readonly caller: object | null
}

export interface IdentityProgram {
  readonly name: string
  readonly methods: readonly string[]
  /** From claims that the validator accepted. Null: a value does not fit (an ill-formed string, a SPIFFE ID with no meaning). */
  facts(claims: object): Facts | null
}

/** Of each identity: does this claims object (as `JSON.parse` made it) fit its declaration? On false, `errors` tells. */
export type Validators = Readonly<Record<string, ClaimsValidator>>
export interface ClaimsValidator {
  (claims: unknown): boolean
  /** As ajv leaves them, after a call that returned false. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null
}

/** The request as conditions read it; a `CanonicalRequest` is one. */
export interface DecisionRequest {
  readonly method: string
  readonly host: string
  /** Decoded: `/` and the decoded segments joined by `/`. */
  readonly path: string
  readonly headers: HeaderLookup
  readonly sourceIp: string
}

export interface HeaderLookup {
  /** The value of the only line of that name (lower case), undefined where there is none. */
  get(name: string): string | undefined
  /** How many lines of that name came in. */
  count(name: string): number
}

export type ParamValue = string | number

export interface RouteProgram {
  /** `service.route` */
  readonly name: string
  readonly service: string
  readonly labels: readonly string[]
  /** Null: any method. HEAD is listed wherever GET is. */
  readonly methods: readonly string[] | null
  readonly segments: readonly SegmentProgram[]
  /** Names of the parameters, in the order of the array that the router fills: the host's first. */
  readonly params: readonly string[]
  /** The service's default hosts. */
  readonly hosts: readonly string[]
  /** Header names that conditions of this route read: one that comes in two lines is a 400. */
  readonly headers: readonly string[]
  /** Index into `outcomes`. Allocates nothing. */
  decide(facts: Facts, params: readonly ParamValue[], request: DecisionRequest): number
  /** The same question, slower: all the rules that decided, sorted by name, and the evaluation errors. */
  trace(facts: Facts, params: readonly ParamValue[], request: DecisionRequest): Trace
}

/** As in a template: a text, `{name}` between a prefix and a suffix, or the rest of the path. */
export type SegmentProgram =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'param'; readonly type: 'string' | 'int'; readonly prefix: string; readonly suffix: string }
  | { readonly kind: 'rest' }

export interface Trace {
  readonly outcome: number
  readonly rules: readonly string[]
  readonly errors: readonly EvaluationError[]
}

export interface EvaluationError {
  readonly rule: string
  /** `overflow` is the only one in this version. */
  readonly error: string
}
