/** The rows that a plan permits, as an SQL condition. */

import type { Expr } from '../../../compiler/ir/index.ts'
import { simplify } from '../../../compiler/passes/simplify.ts'
import type { Plan, PlannedRule } from '../plan.ts'
import { PlanError } from '../plan-error.ts'
import type { Columns } from './columns.ts'
import type { SqlDialect } from './dialect.ts'
import { and, type Formula, type Fragment, or, write } from './formula.ts'
import { POSTGRESQL } from './postgresql.ts'
import { NEITHER, type RowQuery } from './row-query.ts'
import { SQLITE } from './sqlite.ts'
import { truthOf } from './truth.ts'

export const DIALECTS = { postgresql: POSTGRESQL, sqlite: SQLITE } as const satisfies Record<string, SqlDialect>

export type DialectName = keyof typeof DIALECTS

export type WhereResult =
  | {
      readonly ok: true
      /** A condition for `WHERE`, never NULL. */
      readonly sql: string
      /** The values of the bound parameters, in the order of their placeholders. */
      readonly parameters: readonly (string | number)[]
    }
  | { readonly ok: false; readonly refused: readonly UnsupportedCondition[] }

/** A condition that has no exact translation to SQL, with its rule and a reason. */
export interface UnsupportedCondition {
  readonly rule: string
  readonly message: string
  /** The source of the clause that contains the untranslatable expression; null if no single clause is the cause. */
  readonly written: PlannedRule['clauses'][number]['written']
}

export function where(plan: Plan, dialect: DialectName, columns: Columns): WhereResult {
  if (!Object.hasOwn(DIALECTS, dialect))
    throw new TypeError(`\`${dialect}\` is not a SQL dialect: expected one of ${Object.keys(DIALECTS).join(', ')}`)
  const asking: RowQuery = { dialect: DIALECTS[dialect], columns, truthOf: (expression) => truthOf(expression, asking) }
  const refused: UnsupportedCondition[] = []
  const asked = (rule: PlannedRule) => {
    try {
      return truthOf(simple(rule.condition), asking)
    } catch (error) {
      if (!(error instanceof PlanError)) throw error
      refused.push({ rule: rule.rule, message: error.message, written: refusedClause(rule, asking) })
      return NEITHER
    }
  }
  if (plan.permitted !== null) return written(plan.permitted, asking.dialect)
  const permits = plan.permits.map((rule) => asked(rule).yes)
  // A forbid that is not false holds.
  const harmless = plan.forbids.map((rule) => asked(rule).no)
  return refused.length > 0 ? { ok: false, refused } : written(and(or(...permits), ...harmless), asking.dialect)
}

function simple(expression: Expr): Expr {
  return simplify.rewrite?.(expression) ?? expression
}

function refusedClause({ clauses }: PlannedRule, asking: RowQuery): UnsupportedCondition['written'] {
  for (const { condition, written: place } of clauses) {
    try {
      truthOf(simple(condition), asking)
    } catch (error) {
      if (error instanceof PlanError) return place
      throw error
    }
  }
  return null
}

function written(formula: Formula, dialect: SqlDialect): WhereResult {
  const parameters: (string | number)[] = []
  const positions = new Map<string, number>()
  const place = (part: Fragment[number]): string => {
    if (typeof part === 'string') return part
    const key = `${part.cast} ${typeof part.value} ${part.value}`
    const known = dialect.numbered ? positions.get(key) : undefined
    const at = known ?? parameters.push(part.value) - 1
    positions.set(key, at)
    return `${dialect.placeholder(at)}${part.cast}`
  }
  const text = write(formula, dialect).map(place).join('')
  return { ok: true, sql: text, parameters }
}
