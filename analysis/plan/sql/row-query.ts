import type { Expr } from '../../../compiler/ir/index.ts'
import { PlanError } from '../plan-error.ts'
import { printCel } from '../print-cel.ts'
import type { Columns, PlannedColumn } from './columns.ts'
import type { SqlDialect } from './dialect.ts'
import { and, type Formula, type Fragment, not, or, sql, test } from './formula.ts'

/** The context in which a policy's condition is translated to SQL: the dialect, and the columns of the rows. */
export interface RowQuery {
  readonly dialect: SqlDialect
  readonly columns: Columns
  /** Returns the SQL conditions under which a nested condition is true and false. */
  truthOf(expression: Expr): Truth
}

/** The conditions under which an expression is true and false. If neither holds, the expression errs. */
export interface Truth {
  readonly yes: Formula
  readonly no: Formula
}

export const NEITHER: Truth = { yes: false, no: false }

export function sure(formula: Formula): Truth {
  return { yes: formula, no: not(formula) }
}

interface Case {
  readonly when: Formula
  readonly truth: () => Truth
}

/** Combines mutually exclusive cases into one condition. Its result is that of the case whose condition `when` is true. */
export function anyCase(cases: readonly Case[]): Truth {
  const truths = cases.filter(({ when }) => when !== false).map(({ when, truth }) => ({ when, ...truth() }))
  return {
    yes: or(...truths.map(({ when, yes }) => and(when, yes))),
    no: or(...truths.map(({ when, no }) => and(when, no))),
  }
}

export function rejectExpression(expression: Expr): never {
  throw new PlanError(`\`${printCel(expression)}\` cannot be expressed in SQL: rewrite the condition without it`)
}

/**
 * Returns the column that holds the value of an expression.
 *
 * @throws PlanError if no column is declared for the expression
 */
export function columnOf(expression: Expr, { columns }: RowQuery): PlannedColumn {
  const text = printCel(expression)
  const found = columns.get(text)
  if (found === undefined) throw new PlanError(`the columns have none for \`${text}\`: add it`)
  return found
}

export function nameOf(column: PlannedColumn & { readonly kind: 'column' }, { dialect }: RowQuery): Fragment {
  return [column.name.map((part) => dialect.quote(part)).join('.')]
}

/**
 * Returns an SQL condition that is true if an optional value is present: its column is not NULL. If each row of the table stands
 * for the value itself, the value is always present, and the condition is `true`.
 */
export function presenceFormula(expression: Expr, asking: RowQuery): Formula {
  const column = columnOf(expression, asking)
  return column.kind === 'row' ? true : test(sql`${nameOf(column, asking)} IS NOT NULL`)
}
