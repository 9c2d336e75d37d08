/** The decision IR of a whole policy: what is emitted, in the order in which it is. */
import type { JsonSchema } from '../../language/checker/model.ts'
import type { FieldShape, Type } from '../../language/checker/types/type.ts'
import type { SegmentProgram, WrittenClause } from '../../runtime/abi/index.ts'
import type { Expr, Operand, Shared } from './expression.ts'

export interface PolicyIr {
  readonly identities: readonly IdentityIr[]
  /** Names of the fields of all callers, sorted: the one shape that all callers have. */
  readonly callerFields: readonly string[]
  /** How many words of 31 roles. */
  readonly roleWords: number
  readonly data: readonly DatumIr[]
  /** Of callers, what is found when their facts are made. Left out: nothing. */
  readonly callerLinks?: readonly LinkIr[]
  readonly routes: readonly RouteIr[]
}

export interface DatumIr {
  readonly name: string
  readonly type: Type
  /** Of the entries of a map of records, what is found when data are pushed. Left out: nothing. */
  readonly links?: readonly LinkIr[]
}

/** A field whose positions in a datum are found before anybody asks. */
export interface LinkIr {
  readonly field: string
  readonly datum: string
  /** Of a caller, in a hierarchy: whether all that is above it is found besides. */
  readonly ancestors?: true
}

export interface IdentityIr {
  readonly name: string
  readonly methods: readonly string[]
  /** Whether one of its methods can ask for a stronger or fresher authentication. */
  readonly stepsUp: boolean
  /** The claims that its credential carries. */
  readonly claims: ReadonlyMap<string, FieldShape>
  /** Whether every caller of it has a certificate, so that `spiffe_id`, `trust_domain`, `path` and `dns_names` can be read. */
  readonly spiffe: boolean
  /** The roles that a caller of this identity can have, in an order in which each comes after those that it reads. */
  readonly roles: readonly RoleIr[]
}

export interface RoleIr {
  readonly name: string
  readonly word: number
  readonly bit: number
  /** Data that it reads, through other roles too: where one never arrived, the caller does not have the role. Sorted. */
  readonly data: readonly string[]
  /** Over the caller, data and earlier roles alone; never fails. */
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
  /** Data that enforced rules read, through roles too, sorted. */
  readonly data: readonly string[]
  readonly rpc: boolean
  readonly query: ReadonlyMap<string, FieldShape> | null
  readonly body: { readonly type: Type; readonly schema: JsonSchema | null } | null
  /** Headers that permits of the service set, sorted. */
  readonly ownHeaders: readonly string[]
  readonly anonymous: Program
  readonly authenticated: Program
}

/** What a route decides for one kind of caller. */
export interface Program {
  /** The enforced steps, as far as they can matter to `decide` and `early`. */
  readonly decide: readonly DecisionStep[]
  /** What stands in several places of `decide`. Default: nothing. */
  readonly shared?: readonly Shared[]
  /** All steps, shadow ones too: for the answer that names every rule, and for obligations. */
  readonly trace: readonly DecisionStep[]
  /** The caller is anonymous, and signing in could help. */
  readonly signIn: boolean
}

/**
 * A rule. Steps are sorted by stage, then by rule: 0 forbids, 1 personal forbids of an anonymous caller, 2 permits, 3
 * permits with requirements that an anonymous caller cannot meet.
 */
export interface DecisionStep {
  readonly rule: string
  readonly effect: 'permit' | 'forbid'
  readonly shadow: boolean
  readonly stage: 0 | 1 | 2 | 3
  /** `to` and all clauses but requirements, one `&&`, an `unless` negated: whether it holds, as far as that. */
  readonly test: Expr
  /**
   * The same in parts, for the function that tells what became of each: `to`, which cannot err, and the clauses in the order
   * written.
   */
  readonly to: Expr
  readonly clauses: readonly ClauseIr[]
  /** Of a permit: all must be met, else it holds but for them. Of a forbid: where one is met, it does not hold. */
  readonly requires: readonly RequirementIr[]
  /** Of a permit. Evaluated only where `test` is true; where one of these expressions errs, the permit does. */
  readonly limit: LimitIr | null
  readonly headers: readonly HeaderIr[]
  /**
   * Null where it can be judged before the body was read. Else `to` and those clauses that can, one `&&`: as long as
   * that is not false, the rule is open.
   */
  readonly open: Expr | null
  readonly because: string | null
  /** Of a forbid: it reads who calls. */
  readonly personal: boolean
  /** Where its clauses stand: those of `clauses`, then the key of its limit, its headers, and what it requires. */
  readonly written: readonly WrittenClause[]
  /** Of what a permit obliges to, the key of its limit (where it has one) and its headers: whether it reads the body. */
  readonly waiting: readonly boolean[]
  /**
   * What a shadow rule reads that no enforced rule of the route does: it is not judged where a header comes twice or a datum
   * never came.
   */
  readonly unsure: { readonly headers: readonly string[]; readonly data: readonly string[] }
}

/** A `when` or, negated, an `unless`; `guards` are the clauses before it without which it is not evaluated. */
export interface ClauseIr extends Operand {
  /** It reads the body: before that was read, nothing is known of it. */
  readonly waits: boolean
}

export interface RequirementIr {
  readonly what: 'mfa' | 'acr' | 'auth'
  readonly values: readonly string[]
  /** Milliseconds. */
  readonly within: number | null
}

export interface LimitIr {
  readonly count: number
  /** Milliseconds. */
  readonly per: number
  /** A scalar. */
  readonly by: Expr | null
}

export interface HeaderIr {
  /** Lower case. */
  readonly name: string
  /** A string. */
  readonly value: Expr
}
