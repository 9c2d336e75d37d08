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
  /** Only for a caller's field in a hierarchy: whether its ancestors are precomputed too. */
  readonly ancestors?: true
}

export interface IdentityIr {
  readonly name: string
  readonly methods: readonly string[]
  /** Whether one of its methods can ask for a stronger or fresher authentication. */
  readonly stepsUp: boolean
  readonly claims: ReadonlyMap<string, FieldShape>
  /** Whether every caller has a certificate, so that `spiffe_id`, `trust_domain`, `path` and `dns_names` are readable. */
  readonly spiffe: boolean
  /** The roles that a caller of this identity can have, each after those that it reads. */
  readonly roles: readonly RoleIr[]
}

export interface RoleIr {
  readonly name: string
  readonly word: number
  readonly bit: number
  /** The data that it reads, also through roles, sorted. If one never arrived, the caller does not have the role. */
  readonly data: readonly string[]
  /** Reads the caller, data and earlier roles; never fails. */
  readonly test: Expr
}

export interface RouteIr {
  /** `service.route` */
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
  /** The enforced steps that can matter to `decide` and `early`. */
  readonly decide: readonly DecisionStep[]
  /** The shared expressions of `decide`. Default: none. */
  readonly shared?: readonly Shared[]
  /** All steps, also of shadow rules: for the trace that names every rule, and for obligations. */
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
  /** `to` and all clauses except requirements as one `&&`, with `unless` negated. */
  readonly test: Expr
  /** The parts of `test`, for the trace: `to`, which cannot err, and the clauses in written order. */
  readonly to: Expr
  readonly clauses: readonly ClauseIr[]
  /** A permit holds fully only if all are met. A forbid does not hold if one is met. */
  readonly requires: readonly RequirementIr[]
  /** Only for a permit, and evaluated only if `test` is true. If one of these expressions errs, the permit errs. */
  readonly limit: LimitIr | null
  readonly headers: readonly HeaderIr[]
  /**
   * Null if the body is not needed. Else `to` and the clauses that do not read it, as one `&&`: unless false, the rule is open.
   */
  readonly open: Expr | null
  readonly because: string | null
  /** Only for a forbid: whether it reads the caller. */
  readonly personal: boolean
  /** The source of `clauses`, then of the limit's key, the headers and the requirements. */
  readonly written: readonly WrittenClause[]
  /** Whether the key of a permit's limit (if any) and each header read the body. */
  readonly waiting: readonly boolean[]
  /** What only a shadow rule of the route reads: it is skipped if such a header is repeated or such data is missing. */
  readonly unsure: { readonly headers: readonly string[]; readonly data: readonly string[] }
}

/** A `when` clause, or a negated `unless`; it is evaluated only if the earlier clauses `guards` hold. */
export interface ClauseIr extends Operand {
  /** Whether it reads the body, so that it is unknown before. */
  readonly waits: boolean
}

export interface RequirementIr {
  readonly what: 'mfa' | 'acr' | 'auth'
  readonly values: readonly string[]
  /** In milliseconds. */
  readonly within: number | null
}

export interface LimitIr {
  readonly count: number
  /** In milliseconds. */
  readonly per: number
  /** A scalar. */
  readonly by: Expr | null
}

export interface HeaderIr {
  /** In lower case. */
  readonly name: string
  /** A string. */
  readonly value: Expr
}
