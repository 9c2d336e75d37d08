/** Plans as `--format json` writes them (`spec/language/cli-json.md`). */
import { type DialectName, type Plan, type PlannedObligation, type PlannedRule, printCel, type Tree, treeOf, type WhereResult } from '../../compiler/plan/index.ts'
import type { PlaceJson } from './diagnostic-json.ts'

export interface PlanJson {
  readonly route: string
  /** Null: that depends. */
  readonly permitted: boolean | null
  readonly cel: string
  readonly condition: Tree
  readonly permits: readonly RuleJson[]
  readonly forbids: readonly RuleJson[]
  readonly obligations: readonly PlannedObligation[]
  readonly data: readonly string[]
  readonly sql: SqlJson | null
}

export interface RuleJson {
  readonly rule: string
  readonly cel: string
}

export type SqlJson =
  | { readonly dialect: DialectName; readonly where: string; readonly parameters: readonly (string | number)[] }
  | { readonly dialect: DialectName; readonly refused: readonly RefusedJson[] }

export interface RefusedJson {
  readonly rule: string
  readonly message: string
  readonly place: Pick<PlaceJson, 'file'> & { readonly start: Point; readonly end: Point } | null
}

interface Point {
  readonly line: number
  readonly column: number
}

/** Throws `PlanError` where the language has no words for a part of it. */
export function planJson(plan: Plan, sql: SqlJson | null): PlanJson {
  const { route, permitted, condition, obligations, data } = plan
  return {
    route,
    permitted,
    cel: printCel(condition),
    condition: treeOf(condition),
    permits: plan.permits.map(ruleJson),
    forbids: plan.forbids.map(ruleJson),
    obligations,
    data,
    sql,
  }
}

function ruleJson({ rule, condition }: PlannedRule): RuleJson {
  return { rule, cel: printCel(condition) }
}

export function sqlJson(result: WhereResult, dialect: DialectName): SqlJson {
  if (result.ok) return { dialect, where: result.sql, parameters: result.parameters }
  const refused = result.refused.map(({ rule, message, written }) => ({ rule, message, place: written?.place ?? null }))
  return { dialect, refused }
}
