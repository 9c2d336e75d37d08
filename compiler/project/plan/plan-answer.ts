/** A plan as reported (`spec/language/cli-json.md`). */
import type { PlannedObligation, Tree } from '../../../analysis/plan/plan-parts.ts'

export interface PlanJson {
  readonly route: string
  /** Null: it depends. */
  readonly permitted: boolean | null
  /** `true` if permitted. */
  readonly cel: string
  readonly condition: Tree
  readonly permits: readonly PlannedRuleJson[]
  readonly forbids: readonly PlannedRuleJson[]
  readonly obligations: readonly PlannedObligation[]
  readonly data: readonly string[]
  readonly sql: SqlJson | null
}

export interface PlannedRuleJson {
  readonly rule: string
  readonly cel: string
}

export type Dialect = 'postgresql' | 'sqlite'

export type SqlJson =
  | { readonly dialect: Dialect; readonly where: string; readonly parameters: readonly (string | number)[] }
  | { readonly dialect: Dialect; readonly refused: readonly RefusedJson[] }

export interface RefusedJson {
  readonly rule: string
  readonly message: string
  /** Null if no single clause is the problem. */
  readonly place: { readonly file: string; readonly start: Point; readonly end: Point } | null
}

interface Point {
  readonly line: number
  readonly column: number
}
