/** The decision IR of a whole policy, in the order of emission. */
import type { JsonSchema } from '../../language/checker/model.ts'
import type { FieldShape, Type } from '../../language/checker/types/type.ts'
import type { SegmentProgram, WrittenClause } from '../../runtime/abi/index.ts'
import type { Expr, Operand, Shared } from './expression.ts'

export interface PolicyIr {
  readonly identities: readonly IdentityIr[]
  /**
   * Names of the caller fields of all identities, sorted. Each caller object has all of them, so that all objects share a V8
   * hidden class.
   */
  readonly callerFields: readonly string[]
  /** The number of words that store a caller's role bits, 31 in each. */
  readonly roleWords: number
  readonly data: readonly DatumIr[]
  /** Caller fields whose positions in data are precomputed together with the caller's facts. Default: none. */
  readonly callerLinks?: readonly LinkIr[]
  readonly routes: readonly RouteIr[]
}

export interface DatumIr {
  readonly name: string
  readonly type: Type
  /** Fields of this map's records whose positions in data are computed when data is pushed. Default: none. */
  readonly links?: readonly LinkIr[]
}

/** A field whose text is looked up among the keys or names of a datum in advance, instead of during a decision. */
export interface LinkIr {
  readonly field: string
  readonly datum: string
  /** Whether the ancestors of the field's text in a hierarchy are precomputed too. Only for a caller's field. */
  readonly ancestors?: true
}

export interface IdentityIr {
  readonly name: string
  readonly methods: readonly string[]
  /** Whether one of the identity's methods can ask for a stronger or fresher authentication. */
  readonly stepsUp: boolean
  readonly claims: ReadonlyMap<string, FieldShape>
  /**
   * Whether all callers of the identity have a client certificate, so that `spiffe_id`, `trust_domain`, `path` and `dns_names`
   * are readable.
   */
  readonly spiffe: boolean
  /** Roles that a caller of this identity can have. A role follows all roles that its condition tests. */
  readonly roles: readonly RoleIr[]
}

export interface RoleIr {
  readonly name: string
  readonly word: number
  readonly bit: number
  /**
   * Sorted names of the data that the role's condition reads, also through other roles. If one of them never arrived, the caller
   * does not have the role.
   */
  readonly data: readonly string[]
  /** Condition of the role, which depends on the caller, data and preceding roles. Never errs. */
  readonly test: Expr
}

export interface RouteIr {
  /** Qualified name: `service.route`. */
  readonly name: string
  readonly service: string
  readonly labels: readonly string[]
  readonly methods: readonly string[] | null
  readonly template: string
  readonly segments: readonly SegmentProgram[]
  readonly params: readonly string[]
  readonly hosts: readonly string[]
  /** Names of request headers that enforced rules read, sorted. */
  readonly headers: readonly string[]
  /** Names of data that enforced rules read, also through roles, sorted. */
  readonly data: readonly string[]
  readonly rpc: boolean
  readonly query: ReadonlyMap<string, FieldShape> | null
  readonly body: { readonly type: Type; readonly schema: JsonSchema | null } | null
  /** Names of headers that permits of the service set for upstream requests, sorted. */
  readonly ownHeaders: readonly string[]
  readonly anonymous: Program
  readonly authenticated: Program
}

/** The rules of a route as steps, for one kind of caller. */
export interface Program {
  /** Enforced rules that can affect the decision, with or without the body. */
  readonly decide: readonly DecisionStep[]
  /** The common subexpressions of `decide`, which are computed once. Default: none. */
  readonly shared?: readonly Shared[]
  /** All rules, including shadow rules, for traces (which name every rule) and for obligations. */
  readonly trace: readonly DecisionStep[]
  /** Whether the caller is anonymous and may be permitted after signing in. */
  readonly signIn: boolean
}

/**
 * A rule on a route, for one kind of caller. Steps are sorted by stage, then by rule. Stage 0: forbids. Stage 1, only for an
 * anonymous caller: forbids that depend on the caller. Stage 2: permits. Stage 3, only for an anonymous caller: permits with
 * authentication requirements.
 */
export interface DecisionStep {
  readonly rule: string
  readonly effect: 'permit' | 'forbid'
  readonly shadow: boolean
  readonly stage: 0 | 1 | 2 | 3
  /** Condition of the rule: `to` and all clauses except authentication requirements, joined by `&&`. An `unless` is negated. */
  readonly test: Expr
  /**
   * Condition that the caller matches the rule's `to`. It cannot err. For traces, which evaluate it and each of `clauses`
   * separately.
   */
  readonly to: Expr
  readonly clauses: readonly ClauseIr[]
  /** Authentication requirements of the rule. A permit applies only if all are met; a forbid does not apply if one is met. */
  readonly requires: readonly RequirementIr[]
  /**
   * Rate limit of a permit, evaluated only if `test` is true. If the limit's key or a header's value errs, the permit does not
   * apply.
   */
  readonly limit: LimitIr | null
  readonly headers: readonly HeaderIr[]
  /**
   * Condition of the rule without the body: `to` and the clauses that do not read the body, joined by `&&`. If it is not false,
   * the rule may apply once the body is read. Null if the rule does not read the body.
   */
  readonly open: Expr | null
  readonly because: string | null
  /** Whether a forbid depends on the caller, so that signing in may change it. False for a permit. */
  readonly personal: boolean
  /** Source text positions of `clauses`, then of the limit's key, the headers and the requirements. */
  readonly written: readonly WrittenClause[]
  /**
   * For each obligation of a permit, whether it reads the body: first for the key of the rate limit, if there is one, then for
   * each header.
   */
  readonly waiting: readonly boolean[]
  /**
   * For a shadow rule: headers and data that no enforced rule of the route reads. The rule is skipped if such a header is
   * repeated or such data is missing.
   */
  readonly unsure: { readonly headers: readonly string[]; readonly data: readonly string[] }
}

/** A `when` clause, or a negated `unless` clause. Evaluated only if the earlier clauses with the indices in `guards` are true. */
export interface ClauseIr extends Operand {
  /** Whether the clause reads the body, so that its result is unknown before the body is read. */
  readonly waits: boolean
}

export interface RequirementIr {
  readonly what: 'mfa' | 'acr' | 'auth'
  readonly values: readonly string[]
  /** Maximum age of the authentication in milliseconds; null if any age suffices. */
  readonly within: number | null
}

export interface LimitIr {
  readonly count: number
  /** Period of the limit in milliseconds. */
  readonly per: number
  /** Key of the limit, a scalar; null if all requests share one bucket. */
  readonly by: Expr | null
}

export interface HeaderIr {
  /** Name of the header in lower case. */
  readonly name: string
  /** Value of the header, a string. */
  readonly value: Expr
}
