import type { Expr } from '../../../compiler/ir/index.ts'
import { PlanError } from '../plan-error.ts'
import { printCel } from '../print-cel.ts'
import type { Columns, PlannedColumn } from './columns.ts'
import type { SqlDialect } from './dialect.ts'
import { and, type Formula, type Fragment, not, or, sql, test } from './formula.ts'

/** The context of a query on rows. */
export interface RowQuery {
  readonly dialect: SqlDialect
  readonly columns: Columns
  /** Returns the truth of a nested condition. */
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

/** Combines mutually exclusive cases. */
export function anyCase(cases: readonly Case[]): Truth {
  const truths = cases.filter(({ when }) => when !== false).map(({ when, truth }) => ({ when, ...truth() }))
  return {
    yes: or(...truths.map(({ when, yes }) => and(when, yes))),
    no: or(...truths.map(({ when, no }) => and(when, no))),
  }
}

export function rejectExpression(expression: Expr): never {
  throw new PlanError(`\`${printCel(expression)}\` cannot be expressed in SQL`)
}

/**
 * Returns the column of an expression.
 *
 * @throws PlanError if no column is declared for the expression
 */
export function columnOf(expression: Expr, { columns }: RowQuery): PlannedColumn {
  const text = printCel(expression)
  const found = columns.get(text)
  if (found === undefined) throw new PlanError(`the mapping has no column for \`${text}\``)
  return found
}

export function nameOf(column: PlannedColumn & { readonly kind: 'column' }, { dialect }: RowQuery): Fragment {
  return [column.name.map((part) => dialect.quote(part)).join('.')]
}

/** Returns whether an optional value is present. */
export function presenceFormula(expression: Expr, asking: RowQuery): Formula {
  const column = columnOf(expression, asking)
  return column.kind === 'row' ? true : test(sql`${nameOf(column, asking)} IS NOT NULL`)
}
