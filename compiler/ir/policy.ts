/** The decision IR of a whole policy, in the order of emission. */
import type { JsonSchema } from '../../language/checker/model.ts'
import type { FieldShape, Type } from '../../language/checker/types/type.ts'
import type { SegmentProgram, WrittenClause } from '../../runtime/abi/index.ts'
import type { Expr, Operand, Shared } from './expression.ts'

export interface PolicyIr {
  readonly identities: readonly IdentityIr[]
  /** The fields of all callers, sorted: all callers share this hidden class. */
  readonly callerFields: readonly string[]
  /** The number of words of 31 roles. */
  readonly roleWords: number
  readonly data: readonly DatumIr[]
  /** Positions to precompute with a caller's facts. Default: none. */
  readonly callerLinks?: readonly LinkIr[]
  readonly routes: readonly RouteIr[]
}

export interface DatumIr {
  readonly name: string
  readonly type: Type
  /** Positions to precompute for the entries of a map of records when data is pushed. Default: none. */
  readonly links?: readonly LinkIr[]
}

/** A field with precomputed positions in a datum. */
export interface LinkIr {
  readonly field: string
  readonly datum: string
  /** Whether the ancestors of a caller's field in a hierarchy are precomputed too. */
  readonly ancestors?: true
}

export interface IdentityIr {
  readonly name: string
  readonly methods: readonly string[]
  /** Whether one of the identity's methods can ask for a stronger or fresher authentication. */
  readonly stepsUp: boolean
  readonly claims: ReadonlyMap<string, FieldShape>
  /** Whether every caller has a certificate, so that `spiffe_id`, `trust_domain`, `path` and `dns_names` are readable. */
  readonly spiffe: boolean
  /** Roles that a caller of this identity can have, each after the roles that it reads. */
  readonly roles: readonly RoleIr[]
}

export interface RoleIr {
  readonly name: string
  readonly word: number
  readonly bit: number
  /**
   * Data that the role reads, also through other roles, sorted. If one of them never arrived, the caller does not have the role.
   */
  readonly data: readonly string[]
  /** Reads the caller, data and earlier roles; never fails. */
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
  /** Headers that enforced rules read, sorted. */
  readonly headers: readonly string[]
  /** Data that enforced rules read, also through roles, sorted. */
  readonly data: readonly string[]
  readonly rpc: boolean
  readonly query: ReadonlyMap<string, FieldShape> | null
  readonly body: { readonly type: Type; readonly schema: JsonSchema | null } | null
  /** Headers that permits of the service set, sorted. */
  readonly ownHeaders: readonly string[]
  readonly anonymous: Program
  readonly authenticated: Program
}

/** A route's steps for one kind of caller. */
export interface Program {
  /** The enforced steps that can affect `decide` and `early`. */
  readonly decide: readonly DecisionStep[]
  /** The shared expressions of `decide`. Default: none. */
  readonly shared?: readonly Shared[]
  /** All steps, including those of shadow rules, for the trace that names every rule and for obligations. */
  readonly trace: readonly DecisionStep[]
  /** Whether the caller is anonymous and signing in could help. */
  readonly signIn: boolean
}

/**
 * A rule. Steps are sorted by stage, then by rule. Stages: 0 forbids, 1 personal forbids of an anonymous caller, 2 permits, 3
 * permits with requirements that an anonymous caller cannot meet.
 */
export interface DecisionStep {
  readonly rule: string
  readonly effect: 'permit' | 'forbid'
  readonly shadow: boolean
  readonly stage: 0 | 1 | 2 | 3
  /** Condition of the rule: `to` and all clauses except requirements as one `&&`, with `unless` negated. */
  readonly test: Expr
  /** The parts of `test`, for the trace: `to`, which cannot err, and the clauses in written order. */
  readonly to: Expr
  readonly clauses: readonly ClauseIr[]
  /** A permit holds fully only if all are met. A forbid does not hold if one is met. */
  readonly requires: readonly RequirementIr[]
  /** Limit of a permit, evaluated only if `test` is true. If the limit's key or a header's value errs, the permit errs. */
  readonly limit: LimitIr | null
  readonly headers: readonly HeaderIr[]
  /**
   * Condition of the rule without the body: `to` and the clauses that do not read the body, as one `&&`. Unless it is false, the
   * outcome of the rule is open. Null if the rule does not read the body.
   */
  readonly open: Expr | null
  readonly because: string | null
  /** Whether a forbid reads the caller. False for a permit. */
  readonly personal: boolean
  /** The source of `clauses`, then of the limit's key, the headers and the requirements. */
  readonly written: readonly WrittenClause[]
  /** Whether the key of a permit's limit (if any) and each header read the body. */
  readonly waiting: readonly boolean[]
  /**
   * Headers and data that only a shadow rule of the route reads. The rule is skipped if such a header is repeated or such data is
   * missing.
   */
  readonly unsure: { readonly headers: readonly string[]; readonly data: readonly string[] }
}

/** A `when` clause, or a negated `unless`. Evaluated only if the earlier clauses `guards` hold. */
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
