/**
 * The checked model: everything that a policy set says, names resolved and types known. Where `check` reported no
 * error it is complete and consistent, and it is all that the compiler and the interpreter read besides the AST of conditions.
 * Lists of declarations are sorted by name, so that nothing depends on the order or the names of files.
 */

import type { OverloadId } from '../builtins/index.ts'
import type { Source, Span } from '../source.ts'
import type {
  Expression,
  IdentityDeclaration,
  InvariantDeclaration,
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
  /** Sorted by name. */
  readonly data: readonly Datum[]
  /** Every def comes after those that it calls. */
  readonly defs: readonly Def[]
  readonly services: readonly ServiceModel[]
  /** All routes of all services, sorted by `service.route`. */
  readonly routes: readonly Route[]
  readonly rules: readonly Rule[]
  readonly invariants: readonly Invariant[]
  readonly tests: readonly Test[]
  /** The type of a checked expression. */
  typeOf(expression: Expression): Type
  /** What a name in an expression stands for: the name after `is`, an identifier, what a call calls. */
  referenceOf(expression: Expression): Reference
  /**
   * The operands of the same chain whose truth (in `&&`; in `||`, whose falsity) made this operand well-typed. When
   * one of them errs, or counts as erring, this operand is not evaluated and counts as that error. For a rule's
   * conditions, which form one `&&`, the same: keyed by the condition's expression. Empty for most.
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
  /** Of a `Call`. The operands are the receiver, unless it is a namespace (`math`), and the arguments, in this order. */
  | { readonly kind: 'builtin'; readonly id: OverloadId }
  | { readonly kind: 'def'; readonly def: Def }

export type Root = 'caller' | 'params' | 'query' | 'body' | 'request' | 'source' | 'connection'

export type AuthenticationMethod = 'oidc' | 'jwt' | 'oauth2' | 'saml' | 'mtls' | 'api_key' | 'custom'

export interface Identity {
  readonly name: string
  /** Position in `model.identities`. */
  readonly index: number
  readonly methods: readonly AuthenticationMethod[]
  /** What conditions can read: the declared claims, and for `mtls` also spiffe_id, trust_domain, path and dns_names. */
  readonly fields: ReadonlyMap<string, FieldShape>
  /** The declared claims alone: what its credential must carry. */
  readonly claims: ReadonlyMap<string, FieldShape>
  readonly declaration: IdentityDeclaration
}

export interface Role {
  readonly name: string
  /**
   * Position in `model.roles`; every role comes after the roles its condition reads. So `roles` are NOT sorted by name but by
   * (depth, name).
   */
  readonly index: number
  readonly identities: readonly Identity[]
  /** Null: all callers of the identities. Never errs. */
  readonly condition: Expression | null
  /** What its condition reads, through other roles too; sorted by name. */
  readonly data: readonly Datum[]
  /** Where its name is declared. */
  readonly place: Span
}

/** Facts from outside. */
export interface Datum {
  readonly name: string
  /** Position in `model.data`. */
  readonly index: number
  readonly type: Type
  readonly doc: string | null
  /** Where its name is declared. */
  readonly place: Span
}

/** A pure named expression. A call is strict in its arguments: one that errs makes the call err. */
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
  /** Default hosts; the configuration may replace them. */
  readonly hosts: readonly HostPattern[]
}

/** A host in lower case: a literal, or with a first label that stands for any one label. */
export interface HostPattern {
  readonly text: string
  readonly wildcard: boolean
  /** The parameter that the first label is read as, or null. */
  readonly param: string | null
  /** The host, or for a wildcard what follows the first label, from the dot. */
  readonly rest: string
}

export interface Route {
  /** `service.route`, unique in the bundle. */
  readonly name: string
  readonly index: number
  readonly service: ServiceModel
  /** Upper-case tokens, sorted; HEAD is there wherever GET is. Null: any method. */
  readonly methods: readonly string[] | null
  readonly template: string
  readonly segments: readonly Segment[]
  /** Parameters in order: the host's first, then the template's. */
  readonly params: readonly Param[]
  /** Its own and its service's, sorted. */
  readonly labels: readonly Label[]
  /** gRPC: POST to `/pkg.Service/Method`. */
  readonly rpc: boolean
  /** The declared keys of its query by name, or null where none are declared. Scalars, and lists and sets of scalars. */
  readonly query: ReadonlyMap<string, FieldShape> | null
  readonly body: RouteBody | null
  readonly deprecated: string | null
  /** Where its template is written, be it in a document. */
  readonly place: Span
}

/** What a route promises its body to be. */
export interface RouteBody {
  readonly type: Type
  /** The JSON Schema that it was imported from, `$ref`s into its own `$defs`; null for a written type. The door asks both. */
  readonly schema: JsonSchema | null
}

/** A JSON Schema (draft 2020-12) as JSON. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

export interface Param {
  readonly name: string
  readonly type: 'string' | 'int'
}

/** One segment of a template, compared with one decoded segment of a path. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `prefix{name}suffix`: what stands between is not empty. */
  | {
      readonly kind: 'param'
      readonly name: string
      readonly type: 'string' | 'int'
      readonly prefix: string
      readonly suffix: string
    }
  /** `{name...}`, last: one or more segments, joined by `/`; the last may be empty. */
  | { readonly kind: 'rest'; readonly name: string }

export interface Rule {
  readonly name: string
  /** Judged alone, beside the enforced ones; never decides. */
  readonly shadow: boolean
  readonly effect: 'permit' | 'forbid'
  /** Sorted by index. */
  readonly routes: readonly Route[]
  /** Never empty. A forbid without `to` has `anyone`. */
  readonly to: readonly Principal[]
  /**
   * `when` and `unless` in the order written. A clause of a forbid that is `unless REQ` has a `Requirement` as its expression:
   * not met it can be cured by a challenge.
   */
  readonly conditions: readonly { readonly unless: boolean; readonly expression: Expression }[]
  /** Of a permit: all must be met. */
  readonly requires: readonly Requirement[]
  /** Of a permit. The key is a scalar; where it errs the permit does not hold. */
  readonly limit: RuleLimit | null
  /** Of a permit: what the upstream is sent. The values are strings; where one errs the permit does not hold. Sorted by name. */
  readonly headers: readonly { readonly name: string; readonly value: Expression }[]
  readonly because: string | null
  /** For a forbid: whether it reads who calls (`caller`, a `to` other than `anyone`, or a requirement). */
  readonly personal: boolean
  readonly reads: Reads
  readonly doc: string | null
  readonly declaration: RuleDeclaration
}

export interface RuleLimit {
  readonly count: number
  /** Milliseconds. */
  readonly per: number
  readonly by: Expression | null
}

/** What the conditions and obligations of a rule read, through defs and roles too. */
export interface Reads {
  /** Header names, lower case, sorted. */
  readonly headers: readonly string[]
  /** Sorted by name. Those that its `to` reads are among them. */
  readonly data: readonly Datum[]
  readonly body: boolean
  readonly query: boolean
  readonly mtls: boolean
}

export interface Invariant {
  readonly name: string
  readonly routes: readonly Route[]
  readonly form: 'permitted-only-when' | 'permitted-when' | 'denied-when'
  /** Null: always. */
  readonly condition: Expression | null
  readonly allowUnknown: boolean
  readonly doc: string | null
  readonly declaration: InvariantDeclaration
}

export type Principal =
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'identity'; readonly identity: Identity }
  | { readonly kind: 'authenticated' | 'anonymous' | 'anyone' }

/** One case: a `test` block, or one row of its `cases` with every `$x` put in. */
export interface Test {
  /** The test's name; with cases `name / row`. */
  readonly name: string
  readonly declaration: TestDeclaration
  /** The caller as JSON, or null for anonymous. Not yet checked at the door: that is the run's part. */
  readonly caller: { readonly identity: Identity; readonly claims: unknown } | null
  readonly authenticated: { readonly by: 'mfa' | { readonly acr: string } | null; readonly millisecondsAgo: number } | null
  readonly method: string
  readonly url: string
  /** `json` is a value as `JSON.parse` makes it. */
  readonly body: { readonly json: unknown } | { readonly raw: string } | null
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** By name, as JSON. */
  readonly data: Readonly<Record<string, unknown>>
  readonly mtls: unknown
  /** RFC 3339; null where the test does not say. */
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
