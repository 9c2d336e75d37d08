/** The decision IR of a whole policy: what is emitted, in the order in which it is. */
import type { FieldShape } from '../../language/semantics/types/type.ts'
import type { Effect, SegmentProgram } from '../../runtime/abi/index.ts'
import type { Expr } from './expression.ts'

export interface PolicyIr {
  readonly identities: readonly IdentityIr[]
  /** Names of the fields of all callers, sorted: the one shape that all callers have. */
  readonly callerFields: readonly string[]
  /** How many words of 31 roles. */
  readonly roleWords: number
  readonly routes: readonly RouteIr[]
}

export interface IdentityIr {
  readonly name: string
  readonly methods: readonly string[]
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
  /** Over the caller and earlier roles alone; never fails. */
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
  /** Headers that conditions of its rules read, sorted. */
  readonly headers: readonly string[]
  readonly anonymous: Program
  readonly authenticated: Program
}

/** What a route decides for one kind of caller. */
export interface Program {
  /** The first step that decides settles the outcome. */
  readonly decide: readonly Step[]
  /** All steps, for the answer that names every rule. */
  readonly trace: readonly Step[]
  /** Where no step decides. */
  readonly otherwise: OutcomeIr
}

/** A rule. A permit decides where its test is true; a forbid where it is not false, so an error inside it does too. */
export interface Step {
  readonly rule: string
  readonly effect: 'permit' | 'forbid'
  /** The lowest stage with a deciding step settles the decision. Steps are sorted by stage, then by rule. */
  readonly stage: number
  readonly test: Expr
  readonly outcome: OutcomeIr
}

export interface OutcomeIr {
  readonly effect: Effect
  readonly rule: string | null
  readonly reason: string | null
}
