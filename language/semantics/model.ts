/**
 * The checked model: everything that a policy set says, names resolved and types known. Where `check` reported no
 * error it is complete and consistent, and it is all that the compiler and the interpreter read besides the AST of conditions.
 * Lists of declarations are sorted by name, so that nothing depends on the order or the names of files.
 */

import type { Source } from '../source.ts'
import type { Expression, IdentityDeclaration, RuleDeclaration, TestDeclaration } from '../syntax/ast.ts'
import type { FieldShape, Type } from './types/type.ts'

export interface Model {
  /** Every source read, sorted by name. */
  readonly sources: readonly Source[]
  readonly identities: readonly Identity[]
  readonly roles: readonly Role[]
  readonly labels: readonly Label[]
  readonly services: readonly Service[]
  /** All routes of all services, sorted by `service.route`. */
  readonly routes: readonly Route[]
  readonly rules: readonly Rule[]
  readonly tests: readonly Test[]
  /** The type of a checked expression. */
  typeOf(expression: Expression): Type
  /** What a name in an expression stands for: the name after `is`, or a root (`caller`, `params`, `request`). */
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

export type Root = 'caller' | 'params' | 'request'

export type Method = 'oidc' | 'jwt' | 'oauth2' | 'saml' | 'mtls' | 'api_key' | 'custom'

export interface Identity {
  readonly name: string
  /** Position in `model.identities`. */
  readonly index: number
  readonly methods: readonly Method[]
  /** What conditions can read: the declared claims, and for `mtls` also spiffe_id, trust_domain, path and dns_names. */
  readonly fields: ReadonlyMap<string, FieldShape>
  /** The declared claims alone: what its credential must carry. */
  readonly claims: ReadonlyMap<string, FieldShape>
  readonly declaration: IdentityDeclaration
}

export interface Role {
  readonly name: string
  /** Position in `model.roles`; every role comes after the roles its condition reads. So `roles` are NOT sorted by name but by (depth, name). */
  readonly index: number
  readonly identities: readonly Identity[]
  /** Null: all callers of the identities. Never errs. */
  readonly condition: Expression | null
}

export interface Label {
  readonly name: string
  readonly doc: string | null
}

export interface Service {
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
  readonly service: Service
  /** Upper-case tokens, sorted; HEAD is there wherever GET is. Null: any method. */
  readonly methods: readonly string[] | null
  readonly template: string
  readonly segments: readonly Segment[]
  /** Parameters in order: the host's first, then the template's. */
  readonly params: readonly Param[]
  /** Its own and its service's, sorted. */
  readonly labels: readonly Label[]
}

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
  readonly effect: 'permit' | 'forbid'
  /** Sorted by index. */
  readonly routes: readonly Route[]
  /** Never empty. A forbid without `to` has `anyone`. */
  readonly to: readonly Principal[]
  readonly conditions: readonly { readonly unless: boolean; readonly expression: Expression }[]
  readonly because: string | null
  /** For a forbid: whether it reads who calls (`caller`, or a `to` other than `anyone`). */
  readonly personal: boolean
  /** Header names that its conditions read, lower case, sorted. */
  readonly headers: readonly string[]
  readonly doc: string | null
  readonly declaration: RuleDeclaration
}

export type Principal =
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'identity'; readonly identity: Identity }
  | { readonly kind: 'authenticated' | 'anonymous' | 'anyone' }

export interface Test {
  readonly name: string
  readonly declaration: TestDeclaration
  /** The caller as JSON, or null for anonymous. Not yet checked at the door: that is the run's part. */
  readonly caller: { readonly identity: Identity; readonly claims: unknown } | null
}
