/** Plans as `--format json` writes them (`spec/language/cli-json.md`). */
import {
  type DialectName,
  type Plan,
  type PlannedRule,
  printCel,
  treeOf,
  type WhereResult,
} from '../../../analysis/plan/index.ts'
import type { PlanJson, PlannedRuleJson, SqlJson } from './plan-answer.ts'

/**
 * Converts a plan to the JSON form of the API and of `iap plan`.
 *
 * @throws PlanError if the language cannot express a part of the plan
 */
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

function ruleJson({ rule, condition }: PlannedRule): PlannedRuleJson {
  return { rule, cel: printCel(condition) }
}

export function sqlJson(result: WhereResult, dialect: DialectName): SqlJson {
  if (result.ok) return { dialect, where: result.sql, parameters: result.parameters }
  const refused = result.refused.map(({ rule, message, written }) => ({ rule, message, place: written?.place ?? null }))
  return { dialect, refused }
}
