/** The values of an expression, case by case. If no case is true, it errs or is missing. */

import type { Arithmetic, Const, Expr } from '../../../compiler/ir/index.ts'
import { BOOL, isString, type Type } from '../../../language/checker/types/type.ts'
import { errs } from '../lift.ts'
import { substitute } from '../partially-evaluate.ts'
import { isSeveral } from './columns.ts'
import { and, type Formula, type Fragment, not, sql, test } from './formula.ts'
import { columnOf, nameOf, presenceFormula, type RowQuery, rejectExpression } from './row-query.ts'

export interface ScalarCase {
  readonly when: Formula
  readonly value: Fragment
  /** The value as a constant if it is known; null if the database computes it. */
  readonly constant: Const | null
}

/**
 * Returns the possible values of a scalar expression other than a bool, each with the SQL condition under which the expression
 * has it. If no condition is true, the expression errs.
 */
export function scalarCases(expression: Expr, asking: RowQuery): readonly ScalarCase[] {
  if (errs(expression)) return []
  switch (expression.kind) {
    case 'Const': {
      const { value, type } = expression
      if (value === null || typeof value === 'boolean') return rejectExpression(expression)
      return [{ when: true, value: asking.dialect.bound(value, type), constant: expression }]
    }
    case 'Absent':
      return []
    case 'Param':
    case 'Field':
    case 'MapRead':
    case 'Data':
    case 'Header':
    case 'RequestField':
      return [readColumn(expression, asking)]
    case 'Conditional': {
      const { yes, no } = asking.truthOf(expression.test)
      return [
        ...behind(yes, () => scalarCases(expression.then, asking)),
        ...behind(no, () => scalarCases(expression.otherwise, asking)),
      ]
    }
    case 'OrValue':
      return optionalCases(expression.operand, asking).flatMap(({ when, value }) =>
        behind(when, () => scalarCases(value ?? expression.fallback, asking)),
      )
    case 'Let':
      return behind(readable(expression.value, asking), () =>
        scalarCases(substitute(expression.variable, expression.value, expression.body), asking),
      )
    case 'Arithmetic':
      return sumCases(expression, asking)
    default:
      return rejectExpression(expression)
  }
}

function readColumn(expression: Expr, asking: RowQuery): ScalarCase {
  const column = columnOf(expression, asking)
  if (column.kind === 'row' || isSeveral(column.as)) return rejectExpression(expression)
  const { value, fits } = asking.dialect.read(nameOf(column, asking), expression.type, column.as === 'text')
  return { when: test(fits), value, constant: null }
}

/** Sums of ints err on overflow. */
function sumCases(expression: Arithmetic, asking: RowQuery): readonly ScalarCase[] {
  const { operator, left, right, type } = expression
  if (type.kind !== 'int' || (operator !== '+' && operator !== '-')) return rejectExpression(expression)
  const most = asking.dialect.bound(Number.MAX_SAFE_INTEGER, type)
  const least = asking.dialect.bound(-Number.MAX_SAFE_INTEGER, type)
  return scalarCases(left, asking).flatMap((a) =>
    scalarCases(right, asking).map((b) => {
      const [one, other] = [asking.dialect.exact(a.value), asking.dialect.exact(b.value)]
      const value = operator === '+' ? sql`(${one} + ${other})` : sql`(${one} - ${other})`
      return { when: and(a.when, b.when, test(sql`${value} BETWEEN ${least} AND ${most}`)), value, constant: null }
    }),
  )
}

export interface OptionalCase {
  readonly when: Formula
  /** Expression for the value of the optional; null if the optional is empty. */
  readonly value: Expr | null
}

export function optionalCases(expression: Expr, asking: RowQuery): readonly OptionalCase[] {
  switch (expression.kind) {
    case 'Const':
      return [{ when: true, value: null }]
    case 'Some':
      return [{ when: true, value: expression.operand }]
    case 'Optional': {
      const there = presenceFormula(expression.target, asking)
      return [
        { when: there, value: expression.target },
        { when: not(there), value: null },
      ]
    }
    case 'OptMap':
      return optionalCases(expression.range, asking).flatMap(({ when, value }): readonly OptionalCase[] => {
        if (value === null) return [{ when, value: null }]
        const body = substitute(expression.variable, value, expression.body)
        const inner = expression.body.type.kind === 'optional' ? optionalCases(body, asking) : [{ when: true, value: body }]
        const read = value.fails ? readable(value, asking) : true
        return inner.map((one) => ({ when: and(when, read, one.when), value: one.value }))
      })
    case 'Conditional': {
      const { yes, no } = asking.truthOf(expression.test)
      return [
        ...optionalCases(expression.then, asking).map((one) => ({ ...one, when: and(yes, one.when) })),
        ...optionalCases(expression.otherwise, asking).map((one) => ({ ...one, when: and(no, one.when) })),
      ]
    }
    default:
      return rejectExpression(expression)
  }
}

/** Returns a condition under which the evaluation of a scalar, or of an optional scalar, does not err. */
export function readable(expression: Expr, asking: RowQuery): Formula {
  if (expression.kind === 'Const') return true
  if (expression.type.kind === BOOL.kind) {
    const { yes, no } = asking.truthOf(expression)
    return not(and(not(yes), not(no)))
  }
  if (!isScalarLike(expression.type)) return rejectExpression(expression)
  return not(and(...scalarCases(expression, asking).map(({ when }) => not(when))))
}

function isScalarLike(type: Type): boolean {
  return isString(type) || type.kind === 'int' || type.kind === 'double' || type.kind === 'timestamp'
}

function behind(when: Formula, cases: () => readonly ScalarCase[]): readonly ScalarCase[] {
  return when === false ? [] : cases().map((one) => ({ ...one, when: and(when, one.when) }))
}
