/** What each operator asks of its operands. */
import {
  arithmeticTypes,
  incomparable,
  inNeedsCollection,
  mismatch,
  neverEqual,
  notOrdered,
  roleMayFail,
} from '../../diagnostics/catalogue/types.ts'
import { report } from '../../diagnostics/report.ts'
import type { Binary, Expression, Member, Negate } from '../../syntax/ast.ts'
import { BOOL, isScalar, isString, joinTypes, STRING, showType, type Type, UNKNOWN } from '../types/type.ts'
import { checkHeaderName, checkHeaders, isHeaders } from './check-access.ts'
import { type Checked, type ExpressionContext, plain } from './expression-context.ts'
import { type Known, withPresent } from './narrowing.ts'
import { stablePath } from './stable-path.ts'

export function checkBinary(expression: Binary, known: Known, context: ExpressionContext): Checked {
  switch (expression.operator) {
    case '==':
    case '!=':
      checkEquality(expression, known, context)
      return plain(BOOL, known)
    case '<':
    case '<=':
    case '>':
    case '>=':
      checkOrder(expression, known, context)
      return plain(BOOL, known)
    case 'in':
      return checkIn(expression, known, context)
    case '+':
    case '-':
      return plain(checkArithmetic(expression, known, context), known)
  }
}

/** The types of both sides; a list literal is checked after the other side, which may make it a set. */
function sides(expression: Binary, known: Known, context: ExpressionContext): [Type, Type] {
  const { left, right } = expression
  if (left.kind === 'ListLiteral' && right.kind !== 'ListLiteral') {
    const other = context.check(right, known, context).type
    return [context.check(left, known, context, other).type, other]
  }
  const first = context.check(left, known, context).type
  return [first, context.check(right, known, context, first).type]
}

function checkEquality(expression: Binary, known: Known, context: ExpressionContext): void {
  const [left, right] = sides(expression, known, context)
  if (left.kind === 'unknown' || right.kind === 'unknown') return
  const wrong = [left, right].find((type) => !isComparable(type))
  if (wrong !== undefined) {
    context.diagnostics.push(report(incomparable, expression.span, { type: showType(wrong) }))
    return
  }
  sameOrReport(expression, left, right, context)
}

function isComparable(type: Type): boolean {
  return (
    isScalar(type) ||
    ((type.kind === 'list' || type.kind === 'set') && (isScalar(type.element) || type.element.kind === 'unknown'))
  )
}

/** Reports sides of different types, and literals that have no value in common. */
function sameOrReport(expression: Binary, left: Type, right: Type, context: ExpressionContext): void {
  if (joinTypes(left, right) === null) {
    const types = { operator: expression.operator, left: showType(left), right: showType(right), numbers: isNumbers(left, right) }
    context.diagnostics.push(report(mismatch, expression.span, types))
  } else if (
    left.kind === 'literals' &&
    right.kind === 'literals' &&
    !left.values.some((value) => right.values.includes(value))
  ) {
    const never = expression.operator !== '!='
    context.diagnostics.push(report(neverEqual, expression.span, { left: showType(left), right: showType(right), never }))
  }
}

function isNumbers(left: Type, right: Type): boolean {
  const kinds = new Set([left.kind, right.kind])
  return kinds.has('int') && kinds.has('double')
}

function checkOrder(expression: Binary, known: Known, context: ExpressionContext): void {
  const [left, right] = sides(expression, known, context)
  if (left.kind === 'unknown' || right.kind === 'unknown') return
  const wrong = [left, right].find((type) => type.kind !== 'int' && type.kind !== 'double' && !isString(type))
  if (wrong !== undefined) {
    context.diagnostics.push(report(notOrdered, expression.span, { type: showType(wrong) }))
  } else if (joinTypes(left, right) === null) {
    const types = { operator: expression.operator, left: showType(left), right: showType(right), numbers: isNumbers(left, right) }
    context.diagnostics.push(report(mismatch, expression.span, types))
  }
}

function checkIn(expression: Binary, known: Known, context: ExpressionContext): Checked {
  const left = context.check(expression.left, known, context).type
  if (isHeaders(expression.right)) return checkInHeaders(expression, expression.right, known, context)
  const right = context.check(expression.right, known, context, { kind: 'list', element: left }).type
  if (left.kind === 'unknown' || right.kind === 'unknown') return plain(BOOL, known)
  switch (right.kind) {
    case 'list':
    case 'set':
      if (!isScalar(left)) context.diagnostics.push(report(incomparable, expression.left.span, { type: showType(left) }))
      else sameOrReport(expression, left, right.element, context)
      return plain(BOOL, known)
    case 'map':
      sameOrReport(expression, left, STRING, context)
      return present(expression, known)
    default:
      context.diagnostics.push(report(inNeedsCollection, expression.right.span, { type: showType(right) }))
      return plain(BOOL, known)
  }
}

function checkInHeaders(expression: Binary, headers: Member, known: Known, context: ExpressionContext): Checked {
  const { kind } = checkHeaders(headers, known, context)
  if (kind === 'unknown' || !checkHeaderName(expression.left, context)) return plain(BOOL, known)
  return present(expression, known)
}

/** `k in m` makes `m[k]` readable. */
function present(expression: Binary, known: Known): Checked {
  const map = stablePath(expression.right)
  const key = stablePath(expression.left)
  if (map === null || key === null) return plain(BOOL, known)
  return { type: BOOL, whenTrue: withPresent(known, `${map}[${key}]`), whenFalse: known }
}

function checkArithmetic(expression: Binary, known: Known, context: ExpressionContext): Type {
  const [left, right] = sides(expression, known, context)
  if (left.kind === 'unknown' || right.kind === 'unknown') return UNKNOWN
  const wrong = [left, right].find((type) => !isAddend(type, expression.operator))
  if (wrong !== undefined) {
    context.diagnostics.push(report(arithmeticTypes, expression.span, { operator: expression.operator, type: showType(wrong) }))
    return UNKNOWN
  }
  const type = isString(left) && isString(right) ? STRING : joinTypes(left, right)
  if (type === null) {
    const types = { operator: expression.operator, left: showType(left), right: showType(right), numbers: isNumbers(left, right) }
    context.diagnostics.push(report(mismatch, expression.span, types))
    return UNKNOWN
  }
  if (type.kind === 'int') mayFail(expression, context)
  return type
}

function isAddend(type: Type, operator: string): boolean {
  if (type.kind === 'int' || type.kind === 'double') return true
  return operator === '+' && (isString(type) || type.kind === 'list')
}

function mayFail(expression: Expression, context: ExpressionContext): void {
  if (context.place === 'role') context.diagnostics.push(report(roleMayFail, expression.span, {}))
}

export function checkNegate(expression: Negate, known: Known, context: ExpressionContext): Type {
  const { type } = context.check(expression.operand, known, context)
  if (type.kind === 'int' || type.kind === 'double' || type.kind === 'unknown') return type
  context.diagnostics.push(report(arithmeticTypes, expression.span, { operator: '-', type: showType(type) }))
  return UNKNOWN
}
