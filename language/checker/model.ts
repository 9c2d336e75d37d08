/**
 * The checked model: a policy set with names resolved and types known. If `check` reported no error, the model is complete and
 * consistent; the compiler and the interpreter read only it and the ASTs of conditions. Declarations are sorted by name, so
 * nothing depends on the order or names of files.
 */

import type { OverloadId } from '../builtins/index.ts'
import type { Source, Span } from '../source.ts'
import type {
  Expression,
  IdentityDeclaration,
  InvariantDeclaration,
  PropertyDeclaration,
  Requirement,
  RuleDeclaration,
  TestDeclaration,
} from '../syntax/ast.ts'
import type { FieldShape, Type } from './types/type.ts'

export interface Model {
  /** Every source read, sorted by name. */
  readonly sources: readonly Source[]
  readonly identities: readonly Identity[]
  readonly roles: readonly Role[]
  readonly labels: readonly Label[]
  /** Data declarations, sorted by name. */
  readonly data: readonly Datum[]
  /** Defs, each after the defs that it calls. */
  readonly defs: readonly Def[]
  readonly services: readonly ServiceModel[]
  /** Routes of all services, sorted by `service.route`. */
  readonly routes: readonly Route[]
  readonly rules: readonly Rule[]
  readonly invariants: readonly Invariant[]
  /** Tests of all requests to some routes: `test "…" { for any request … }`. */
  readonly properties: readonly Invariant[]
  readonly tests: readonly Test[]
  typeOf(expression: Expression): Type
  /**
   * Returns the declaration or built-in to which a name in an expression refers: after `is`, as an identifier, or as a callee.
   */
  referenceOf(expression: Expression): Reference
  /**
   * Returns the operands of the same chain that made this operand well-typed, by being true (`&&`) or false (`||`). If one of
   * them errs, this operand is not evaluated and counts as that error. A rule's conditions are one `&&`, keyed by the condition's
   * expression. Empty for most operands.
   */
  guardsOf(operand: Expression): readonly Expression[]
}

export type Reference =
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'identity'; readonly identity: Identity }
  | { readonly kind: 'authenticated' | 'anonymous' }
  | { readonly kind: 'root'; readonly root: Root }
  | { readonly kind: 'data'; readonly datum: Datum }
  /** A comprehension's variable or a def's parameter: the innermost of that name. */
  | { readonly kind: 'variable'; readonly name: string }
  /** The callee. The operands are the receiver, unless it is a namespace (`math`), and the arguments. */
  | { readonly kind: 'builtin'; readonly id: OverloadId }
  | { readonly kind: 'def'; readonly def: Def }

export type Root = 'caller' | 'params' | 'query' | 'body' | 'request' | 'source' | 'connection'

export type AuthenticationMethod = 'oidc' | 'jwt' | 'oauth2' | 'saml' | 'mtls' | 'api_key' | 'custom'

export interface Identity {
  readonly name: string
  /** Position in `model.identities`. */
  readonly index: number
  readonly methods: readonly AuthenticationMethod[]
  /** Whether `mtls` is the only method: then claims and `connection.mtls` are of one certificate. */
  readonly byCertificate: boolean
  /**
   * Fields of `caller` that conditions can read: the declared claims, and for `mtls` also spiffe_id, trust_domain, path and
   * dns_names.
   */
  readonly fields: ReadonlyMap<string, FieldShape>
  /** The declared claims, which the credential must carry. */
  readonly claims: ReadonlyMap<string, FieldShape>
  readonly declaration: IdentityDeclaration
}

export interface Role {
  readonly name: string
  /** Position in `model.roles`, which is sorted by depth, then by name: a role comes after the roles that its condition reads. */
  readonly index: number
  readonly identities: readonly Identity[]
  /** Condition of the role; null if all callers of the identities have the role. Never errs. */
  readonly condition: Expression | null
  /** Data that the condition reads, also through other roles; sorted by name. */
  readonly data: readonly Datum[]
  /** The span of the declared name. */
  readonly place: Span
}

/** Data that is pushed to the proxy. */
export interface Datum {
  readonly name: string
  /** Position in `model.data`. */
  readonly index: number
  readonly type: Type
  readonly doc: string | null
  /** The span of the declared name. */
  readonly place: Span
}

/** A pure named expression. Calls are strict: if an argument errs, the call errs. */
export interface Def {
  readonly name: string
  readonly params: readonly { readonly name: string; readonly type: Type }[]
  readonly result: Type
  readonly body: Expression
  readonly doc: string | null
}

export interface Label {
  readonly name: string
  readonly doc: string | null
}

export interface ServiceModel {
  readonly name: string
  readonly index: number
  /** Default hosts of the service. The configuration may replace them. */
  readonly hosts: readonly HostPattern[]
}

/** A host in lower case: a literal, or a pattern whose first label matches any one label. */
export interface HostPattern {
  readonly text: string
  readonly wildcard: boolean
  /** The parameter that holds the first label, or null. */
  readonly param: string | null
  /** The host; for a wildcard, the part after the first label, with the leading dot. */
  readonly rest: string
}

export interface Route {
  /** Qualified name, unique in the bundle: `service.route`. */
  readonly name: string
  readonly index: number
  readonly service: ServiceModel
  /** HTTP methods in upper case, sorted, with HEAD if GET is present; null if the route takes any method. */
  readonly methods: readonly string[] | null
  readonly template: string
  readonly segments: readonly Segment[]
  /** Parameters in order: the host's first, then the template's. */
  readonly params: readonly Param[]
  /** Labels of the route and of its service, sorted. */
  readonly labels: readonly Label[]
  /** Whether the route is a gRPC call: POST to `/pkg.Service/Method`. */
  readonly rpc: boolean
  /** The declared query keys by name, or null if none are declared. Types: scalars, and lists and sets of scalars. */
  readonly query: ReadonlyMap<string, FieldShape> | null
  readonly body: RouteBody | null
  readonly deprecated: string | null
  /** The span of the template, possibly in a document. */
  readonly place: Span
}

/** A route's declared body. */
export interface RouteBody {
  readonly type: Type
  /**
   * JSON Schema of an imported type, with `$ref`s into its own `$defs`; null for a type written in the policy. The decoder checks
   * both.
   */
  readonly schema: JsonSchema | null
}

/** A JSON Schema (draft 2020-12) as JSON. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

export interface Param {
  readonly name: string
  readonly type: 'string' | 'int'
}

/** A segment of a template, which is matched against one decoded segment of a path. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `prefix{name}suffix`: the matched part is not empty. */
  | {
      readonly kind: 'param'
      readonly name: string
      readonly type: 'string' | 'int'
      readonly prefix: string
      readonly suffix: string
    }
  /** `{name...}`, last: one or more segments, joined by `/`; the last one may be empty. */
  | { readonly kind: 'rest'; readonly name: string }

export interface Rule {
  readonly name: string
  /** Whether the rule is a shadow rule: evaluated and reported beside the enforced rules, but never deciding. */
  readonly shadow: boolean
  readonly effect: 'permit' | 'forbid'
  /** Routes of the rule, sorted by index. */
  readonly routes: readonly Route[]
  /** Principals of the rule. Never empty: a forbid without `to` has `anyone`. */
  readonly to: readonly Principal[]
  /**
   * The conditions of the rule's `when` and `unless` clauses, in written order. For a forbid's `unless REQ`, the expression is a
   * `Requirement`; a challenge asks the caller to meet it.
   */
  readonly conditions: readonly { readonly unless: boolean; readonly expression: Expression }[]
  /** Requirements of a permit, all of which must be met. Empty for a forbid. */
  readonly requires: readonly Requirement[]
  /** Rate limit of a permit. The key is a scalar; if the key errs, the permit does not hold. */
  readonly limit: RuleLimit | null
  /** Headers that a permit sets for the upstream, sorted by name. If a value (a string) errs, the permit does not hold. */
  readonly headers: readonly { readonly name: string; readonly value: Expression }[]
  readonly because: string | null
  /** Whether a forbid depends on the caller: by `caller`, a `to` other than `anyone`, or a requirement. False for a permit. */
  readonly personal: boolean
  readonly reads: Reads
  readonly doc: string | null
  readonly declaration: RuleDeclaration
}

export interface RuleLimit {
  readonly count: number
  /** Period of the limit in milliseconds. */
  readonly per: number
  readonly by: Expression | null
}

/** Inputs that a rule's conditions and obligations read, also through defs and roles. */
export interface Reads {
  /** Header names in lower case, sorted. */
  readonly headers: readonly string[]
  /** Data that the rule reads, sorted by name. Includes the data that the roles in its `to` read. */
  readonly data: readonly Datum[]
  readonly body: boolean
  readonly query: boolean
  readonly mtls: boolean
}

export interface Invariant {
  readonly name: string
  readonly routes: readonly Route[]
  readonly form: 'permitted-only-when' | 'permitted-when' | 'denied-when'
  /** Condition of the invariant; null if it is `always`. */
  readonly condition: Expression | null
  readonly allowUnknown: boolean
  readonly doc: string | null
  readonly declaration: InvariantDeclaration | PropertyDeclaration
}

export type Principal =
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'identity'; readonly identity: Identity }
  | { readonly kind: 'authenticated' | 'anonymous' | 'anyone' }

/** A test case: a `test` block, or one row of its `cases` with every `$x` replaced. */
export interface Test {
  /** The test's name; with cases, `name / row`. */
  readonly name: string
  readonly declaration: TestDeclaration
  /** The caller as JSON, or null for anonymous. The run decodes it. */
  readonly caller: { readonly identity: Identity; readonly claims: unknown } | null
  readonly authenticated: { readonly by: 'mfa' | { readonly acr: string } | null; readonly millisecondsAgo: number } | null
  readonly method: string
  readonly url: string
  /** Body of the request. `json`: a value as from `JSON.parse`. */
  readonly body: { readonly json: unknown } | { readonly raw: string } | null
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** Data by name, as JSON values. */
  readonly data: Readonly<Record<string, unknown>>
  /** Names of data that never arrived. */
  readonly missing: readonly string[]
  readonly mtls: unknown
  /** Time of the request as RFC 3339; null if the test sets none. */
  readonly at: string | null
  readonly from: string | null
  readonly expect: {
    readonly effect: 'permit' | 'deny' | 'unauthenticated' | 'challenge' | 'reject'
    readonly by: string | null
    readonly status: number | null
    readonly headers: readonly { readonly name: string; readonly value: string }[]
    readonly limit: readonly string[] | null
    readonly shadow: readonly string[] | null
    readonly span: Span
  }
}
