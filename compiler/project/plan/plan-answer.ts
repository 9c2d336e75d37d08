/** A plan as reported (`spec/language/cli-json.md`). */
import type { PlannedObligation, Tree } from '../../../analysis/plan/plan-parts.ts'

/** A plan: the condition under which a route permits a request whose parts are partly unknown. */
export interface PlanJson {
  /** Qualified name of the route: `service.route`. */
  readonly route: string
  /** Whether the request is permitted, if that does not depend on unknown parts; else `null`. */
  readonly permitted: boolean | null
  /** Condition under which the request is permitted, as a CEL expression; `true` if every request is permitted. */
  readonly cel: string
  /** Condition under which the request is permitted, as a JSON tree. */
  readonly condition: Tree
  /** Permits that may apply, each with its own condition. */
  readonly permits: readonly PlannedRuleJson[]
  /** Forbids that may apply, each with its own condition. */
  readonly forbids: readonly PlannedRuleJson[]
  /** Obligations of the permits, which the condition does not express. */
  readonly obligations: readonly PlannedObligation[]
  /** Names of data that the condition reads, sorted. */
  readonly data: readonly string[]
  /** Condition as SQL; `null` if no dialect was requested. */
  readonly sql: SqlJson | null
}

/** A rule with its part of a plan's condition. */
export interface PlannedRuleJson {
  /** Name of the rule. */
  readonly rule: string
  /** Condition under which the rule applies, as a CEL expression. */
  readonly cel: string
}

/** A dialect of SQL in which a plan can be expressed. */
export type Dialect = 'postgresql' | 'sqlite'

/** A plan's condition as SQL, or the rules that have no translation. */
export type SqlJson =
  | { readonly dialect: Dialect; readonly where: string; readonly parameters: readonly (string | number)[] }
  | { readonly dialect: Dialect; readonly refused: readonly RefusedJson[] }

/** A rule whose condition has no translation into SQL. */
export interface RefusedJson {
  /** Name of the rule that cannot be expressed. */
  readonly rule: string
  /** Reason, in one sentence. */
  readonly message: string
  /** Range of the clause that has no translation; `null` if no single clause is the cause. */
  readonly place: { readonly file: string; readonly start: Point; readonly end: Point } | null
}

interface Point {
  readonly line: number
  readonly column: number
}
