/** Conditions as tests of a row. */

import * as build from '../../../compiler/ir/build.ts'
import { type Call, type Chain, type Compare, type Equal, type Expr, type In, mapChildren } from '../../../compiler/ir/index.ts'
import { foldConstants } from '../../../compiler/passes/fold-constants.ts'
import { isScalar, STRING } from '../../../language/checker/types/type.ts'
import { substitute } from '../partially-evaluate.ts'
import { among } from './among.ts'
import { optionalCases, readable, type ScalarCase, scalarCases } from './cases.ts'
import { and, type Formula, type Fragment, not, or, sql, test } from './formula.ts'
import {
  anyCase,
  columnOf,
  NEITHER,
  nameOf,
  presenceFormula,
  type RowQuery,
  rejectExpression,
  sure,
  type Truth,
} from './row-query.ts'

export function truthOf(expression: Expr, asking: RowQuery): Truth {
  switch (expression.kind) {
    case 'Const':
      return sure(expression.value === true)
    case 'Absent':
      return NEITHER
    case 'Chain':
      return chainTruth(expression, asking)
    case 'Not': {
      const { yes, no } = truthOf(expression.operand, asking)
      return { yes: no, no: yes }
    }
    case 'Conditional': {
      const { yes, no } = truthOf(expression.test, asking)
      return anyCase([
        { when: yes, truth: () => truthOf(expression.then, asking) },
        { when: no, truth: () => truthOf(expression.otherwise, asking) },
      ])
    }
    case 'Compare':
      return compareTruth(expression, asking)
    case 'Equal':
      return equalTruth(expression, asking)
    case 'In':
      return inTruth(expression, asking)
    case 'Present':
      return sure(presenceFormula(expression.target, asking))
    case 'HeaderTest':
      return sure(presenceFormula(build.header(expression.name), asking))
    case 'OrValue':
      return anyCase(
        optionalCases(expression.operand, asking).map(({ when, value }) => ({
          when,
          truth: () => truthOf(value ?? expression.fallback, asking),
        })),
      )
    case 'Let':
      return anyCase([
        {
          when: expression.value.fails ? readable(expression.value, asking) : true,
          truth: () => truthOf(substitute(expression.variable, expression.value, expression.body), asking),
        },
      ])
    case 'Call':
      return callTruth(expression, asking)
    case 'Param':
    case 'Field':
    case 'MapRead':
    case 'Data': {
      const column = columnOf(expression, asking)
      if (column.kind === 'row' || column.as !== null) return rejectExpression(expression)
      const { value, fits } = asking.dialect.read(nameOf(column, asking), expression.type, false)
      return tested(test(fits), value)
    }
    default:
      return rejectExpression(expression)
  }
}

function tested(when: Formula, fragment: Fragment): Truth {
  const is = test(fragment)
  return { yes: and(when, is), no: and(when, not(is)) }
}

/** An operand counts as false (in `||`: true) only if its guards are true (false) and count themselves. */
function chainTruth({ operator, operands }: Chain, asking: RowQuery): Truth {
  const passes: Formula[] = []
  const settles: Formula[] = []
  for (const { expression, guards } of operands) {
    const before = guards.map((guard) => passes[guard] as Formula)
    const { yes, no } = before.includes(false) ? NEITHER : truthOf(expression, asking)
    passes.push(and(...before, operator === '&&' ? yes : no))
    settles.push(and(...before, operator === '&&' ? no : yes))
  }
  const all = and(...passes)
  const one = or(...settles)
  return operator === '&&' ? { yes: all, no: one } : { yes: one, no: all }
}

function compareTruth(expression: Compare, asking: RowQuery): Truth {
  const { operator, left, right } = expression
  if (left.type.kind === 'bool') return rejectExpression(expression)
  return pairs(expression, left, right, asking, (a, b) => test(sql`${a.value} ${[operator]} ${b.value}`))
}

/** Emits a comparison of two scalars, computed if both are known. */
function pairs(whole: Expr, left: Expr, right: Expr, asking: RowQuery, ask: (a: ScalarCase, b: ScalarCase) => Formula): Truth {
  const seconds = scalarCases(right, asking)
  return anyCase(
    scalarCases(left, asking).flatMap((a) =>
      seconds.map((b) => ({
        when: and(a.when, b.when),
        truth: () => {
          const known = a.constant && b.constant && foldConstants.local?.(over(whole, a.constant, b.constant))
          return sure(known?.kind === 'Const' ? known.value === true : ask(a, b))
        },
      })),
    ),
  )
}

/** Returns the same test with other operands. */
function over(whole: Expr, ...operands: readonly Expr[]): Expr {
  let at = 0
  return mapChildren(whole, () => operands[at++] as Expr)
}

function equalTruth(expression: Equal, asking: RowQuery): Truth {
  const { left, right } = expression
  if (left.type.kind === 'optional') {
    const seconds = optionalCases(right, asking)
    return anyCase(
      optionalCases(left, asking).flatMap((a) =>
        seconds.map((b) => ({
          when: and(a.when, b.when),
          truth: () =>
            a.value === null || b.value === null
              ? bothRead(a.value, b.value, asking)
              : equalTruth(build.equal(a.value, b.value), asking),
        })),
      ),
    )
  }
  if (!isScalar(left.type)) return rejectExpression(expression)
  if (left.type.kind === 'bool') {
    const [a, b] = [truthOf(left, asking), truthOf(right, asking)]
    return {
      yes: or(and(a.yes, b.yes), and(a.no, b.no)),
      no: or(and(a.yes, b.no), and(a.no, b.yes)),
    }
  }
  return pairs(expression, left, right, asking, (a, b) => test(sql`${a.value} = ${b.value}`))
}

/** Compares two optionals of which one is empty: equal if both are; errs if the other's value does. */
function bothRead(left: Expr | null, right: Expr | null, asking: RowQuery): Truth {
  const other = left ?? right
  return other === null ? sure(true) : { yes: false, no: readable(other, asking) }
}

function inTruth(expression: In, asking: RowQuery): Truth {
  const { element, collection } = expression
  if (collection.type.kind !== 'map') return among(element, collection, asking)
  if (collection.kind === 'CollectMap') return rejectExpression(expression)
  const there = presenceFormula(build.mapRead(collection, element, collection.type.value), asking)
  const read = readable(element, asking)
  return { yes: and(read, there), no: and(read, not(there)) }
}

function callTruth(call: Call, asking: RowQuery): Truth {
  const { id, operands } = call
  const [first, second] = operands as readonly [Expr, Expr]
  const { dialect } = asking
  switch (id) {
    case 'string.startsWith':
    case 'string.endsWith':
    case 'string.contains': {
      const how = {
        'string.startsWith': dialect.startsWith,
        'string.endsWith': dialect.endsWith,
        'string.contains': dialect.contains,
      }
      return partTruth(call, asking, how[id])
    }
    case 'optional.hasValue':
      return anyCase(
        optionalCases(first, asking).map(({ when, value }) => ({
          when,
          truth: () => (value === null ? sure(false) : { yes: value.fails ? readable(value, asking) : true, no: false }),
        })),
      )
    case 'sets.contains(list)':
    case 'sets.contains(set)':
      return second.kind === 'Collect' ? all(second.elements.map((one) => among(one, first, asking))) : rejectExpression(call)
    case 'sets.intersects(list)':
    case 'sets.intersects(set)': {
      const [elements, other] =
        second.kind === 'Collect'
          ? [second.elements, first]
          : first.kind === 'Collect'
            ? [first.elements, second]
            : [null, second]
      if (elements === null) return rejectExpression(call)
      const { yes, no } = all(elements.map((one) => negated(among(one, other, asking))))
      return { yes: no, no: yes }
    }
    default:
      return rejectExpression(call)
  }
}

function negated({ yes, no }: Truth): Truth {
  return { yes: no, no: yes }
}

/** Evaluates all, so that one error makes the whole an error. */
function all(truths: readonly Truth[]): Truth {
  const known = truths.map(({ yes, no }) => or(yes, no))
  return { yes: and(...truths.map(({ yes }) => yes)), no: and(...known, or(...truths.map(({ no }) => no))) }
}

/** Every text contains the empty one. */
function partTruth(call: Call, asking: RowQuery, ask: (text: Fragment, part: Fragment) => Fragment): Truth {
  const [text, part] = call.operands as readonly [Expr, Expr]
  const empty = asking.dialect.bound('', STRING)
  return pairs(call, text, part, asking, (a, b) => {
    if (b.constant?.value === '') return true
    const asked = test(ask(a.value, b.value))
    return b.constant === null ? or(test(sql`${b.value} = ${empty}`), asked) : asked
  })
}
