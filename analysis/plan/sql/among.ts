import * as build from '../../../compiler/ir/build.ts'
import type { Collect, Expr } from '../../../compiler/ir/index.ts'
import { isScalar } from '../../../language/checker/types/type.ts'
import { optionalCases, scalarCases } from './cases.ts'
import { isSeveral } from './columns.ts'
import { and, list, not, or, sql, test } from './formula.ts'
import { anyCase, columnOf, nameOf, type RowQuery, rejectExpression, type Truth } from './row-query.ts'

/** Translates the membership test of a scalar in a list or set to SQL conditions. */
export function among(element: Expr, collection: Expr, asking: RowQuery): Truth {
  if (!isScalar(element.type)) return rejectExpression(build.within(element, collection))
  switch (collection.kind) {
    case 'Collect':
      return amongWritten(element, collection, asking)
    case 'OrValue':
      return anyCase(
        optionalCases(collection.operand, asking).map(({ when, value }) => ({
          when,
          truth: () => among(element, value ?? collection.fallback, asking),
        })),
      )
    case 'Conditional': {
      const { yes, no } = asking.truthOf(collection.test)
      return anyCase([
        { when: yes, truth: () => among(element, collection.then, asking) },
        { when: no, truth: () => among(element, collection.otherwise, asking) },
      ])
    }
    case 'Field':
    case 'MapRead':
    case 'Data':
      return amongHeld(element, collection, asking)
    default:
      return rejectExpression(build.within(element, collection))
  }
}

function amongWritten(element: Expr, { elements }: Collect, asking: RowQuery): Truth {
  const constant = elements.every(({ kind }) => kind === 'Const')
  if (!constant || element.type.kind === 'bool') {
    const equals = elements.map((one) => asking.truthOf(build.equal(element, one)))
    const read = elements.length === 0 ? [asking.truthOf(build.equal(element, element)).yes] : []
    const known = equals.map(({ yes, no }) => or(yes, no))
    return { yes: and(...known, or(...equals.map(({ yes }) => yes))), no: and(...read, ...equals.map(({ no }) => no)) }
  }
  return anyCase(
    scalarCases(element, asking).map(({ when, value }) => ({
      when,
      truth: (): Truth => {
        if (elements.length === 0) return { yes: false, no: true }
        const values = elements.flatMap((one) => scalarCases(one, asking).map((found) => found.value))
        const is = test(sql`${value} IN (${list(values)})`)
        return { yes: is, no: not(is) }
      },
    })),
  )
}

/** Emits membership in a column of several values. */
function amongHeld(element: Expr, collection: Expr, asking: RowQuery): Truth {
  const column = columnOf(collection, asking)
  if (column.kind === 'row' || !isSeveral(column.as) || element.type.kind === 'bool') return rejectExpression(collection)
  const { as } = column
  return anyCase(
    scalarCases(element, asking).map(({ when, value }) => {
      const held = asking.dialect.holds(nameOf(column, asking), as, value, element.type)
      const is = test(held.test)
      return { when: and(when, test(held.fits)), truth: () => ({ yes: is, no: not(is) }) }
    }),
  )
}
