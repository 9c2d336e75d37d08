/** Checks the operands of operators. */

import { divisionByZero } from '../../../diagnostics/catalogue/calls.ts'
import {
  arithmeticTypes,
  emptyIn,
  incomparable,
  inNeedsCollection,
  mismatch,
  neverEqual,
  notOrdered,
} from '../../../diagnostics/catalogue/types.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Binary, Negate } from '../../../syntax/ast.ts'
import {
  BOOL,
  DURATION,
  isComparable,
  isOrdered,
  isString,
  joinTypes,
  STRING,
  showType,
  TIMESTAMP,
  type Type,
  UNKNOWN,
} from '../../types/type.ts'
import { checkHeaderName, checkHeaders, isHeaders } from '../access/check-headers.ts'
import { comparesCaller } from '../access/check-name.ts'
import { type Checked, type ExpressionContext, plain } from '../expression-context.ts'
import { type FlowFacts, withDiffering, withPresent } from '../flow/narrowing.ts'
import { constantKey, EMPTY, sizedBy, stableKey } from '../flow/stable-key.ts'
import { checkDefault } from './check-default.ts'
import { insteadOf } from './instead-of.ts'
import { isEmptyLiteral, rankOf, takesItsType } from './takes-its-type.ts'

export function checkBinary(expression: Binary, known: FlowFacts, context: ExpressionContext): Checked {
  if (comparesCaller(expression, context)) return plain(BOOL, known)
  switch (expression.operator) {
    case '==':
    case '!=':
      return checkEquality(expression, known, context)
    case '<':
    case '<=':
    case '>':
    case '>=':
      checkOrder(expression, known, context)
      return differing(expression, known, context)
    case 'in':
      return checkIn(expression, known, context)
    default:
      return plain(checkArithmetic(expression, known, context), known)
  }
}

/** Returns the types of both sides. A side that takes its type from the other is checked second. */
function sides({ left, right }: Binary, known: FlowFacts, context: ExpressionContext): [Type, Type] {
  if (rankOf(left) > rankOf(right)) {
    const other = context.check(right, known, context).type
    return [context.check(left, known, context, other).type, other]
  }
  const first = context.check(left, known, context).type
  return [first, context.check(right, known, context, first).type]
}

function checkEquality(expression: Binary, known: FlowFacts, context: ExpressionContext): Checked {
  const [left, right] = sides(expression, known, context)
  if (left.kind === 'unknown' || right.kind === 'unknown') return plain(BOOL, known)
  const wrong = [left, right].find((type) => !isComparable(type))
  if (wrong !== undefined) context.diagnostics.push(report(incomparable, expression.span, { type: showType(wrong) }))
  else if (sameOrReport(expression, left, right, context)) checkDefault(expression, [left, right], known, context)
  return differing(expression, known, context)
}

/** After `x != "a"` and `x > 0`, `x` is known not to be the constant; after `x.size() > 0`, not to be empty. */
function differing({ left, right, operator }: Binary, known: FlowFacts, context: ExpressionContext): Checked {
  const [read, constant] = constantKey(right) === null ? [right, constantKey(left)] : [left, constantKey(right)]
  if (constant === null) return plain(BOOL, known)
  const sized = constant === '0' ? sizedBy(read, context) : null
  const path = stableKey(sized ?? read, context)
  if (path === null) return plain(BOOL, known)
  const facts = withDiffering(known, path, sized === null ? constant : EMPTY)
  return operator === '!=' || operator === '<' || operator === '>'
    ? { type: BOOL, whenTrue: facts, whenFalse: known }
    : { type: BOOL, whenTrue: known, whenFalse: facts }
}

/** Returns whether two sides can be equal. Reports sides of different types, and literal types without a common value. */
function sameOrReport(expression: Binary, left: Type, right: Type, context: ExpressionContext): boolean {
  if (joinTypes(left, right) === null) {
    reportMismatch(expression, left, right, context)
    return false
  }
  if (!areDisjoint(left, right)) return true
  const never = expression.operator !== '!='
  context.diagnostics.push(report(neverEqual, expression.span, { left: showType(left), right: showType(right), never }))
  return false
}

function areDisjoint(left: Type, right: Type): boolean {
  return left.kind === 'literals' && right.kind === 'literals' && !left.values.some((value) => right.values.includes(value))
}

function reportMismatch(expression: Binary, left: Type, right: Type, { diagnostics }: ExpressionContext): void {
  const kinds = new Set([left.kind, right.kind])
  const numbers = kinds.has('int') && kinds.has('double')
  const { instead, fixes } = insteadOf(expression, left, right)
  const words = { operator: expression.operator, left: showType(left), right: showType(right), numbers, instead }
  diagnostics.push(report(mismatch, expression.span, words, [], fixes))
}

function checkOrder(expression: Binary, known: FlowFacts, context: ExpressionContext): void {
  const [left, right] = sides(expression, known, context)
  if (left.kind === 'unknown' || right.kind === 'unknown') return
  const wrong = [left, right].find((type) => !isOrdered(type))
  if (wrong !== undefined) context.diagnostics.push(report(notOrdered, expression.span, { type: showType(wrong) }))
  else if (joinTypes(left, right) === null) reportMismatch(expression, left, right, context)
}

function checkIn(expression: Binary, known: FlowFacts, context: ExpressionContext): Checked {
  const { left: item, right: collection } = expression
  if (isHeaders(collection, context)) {
    context.check(item, known, context)
    const { kind } = checkHeaders(collection, known, context)
    return kind === 'unknown' || !checkHeaderName(item, context) ? plain(BOOL, known) : present(expression, known, context)
  }
  const late = takesItsType(item)
  const first = late ? null : context.check(item, known, context).type
  if (isEmptyLiteral(collection)) {
    if (first === null) context.check(item, known, context, UNKNOWN)
    context.check(collection, known, context, UNKNOWN)
    context.diagnostics.push(report(emptyIn, expression.span, { collection: collection.kind === 'ListLiteral' ? '[]' : '{}' }))
    return plain(BOOL, known)
  }
  const right = context.check(collection, known, context, first === null ? undefined : { kind: 'list', element: first }).type
  const element = right.kind === 'list' || right.kind === 'set' ? right.element : right.kind === 'map' ? STRING : UNKNOWN
  const left = first ?? context.check(item, known, context, element).type
  if (right.kind === 'unknown' || (left.kind === 'unknown' && element.kind !== 'unknown')) return plain(BOOL, known)
  switch (right.kind) {
    case 'list':
    case 'set': {
      const wrong = [left, right.element].find((type) => !isComparable(type))
      if (wrong === undefined) sameOrReport(expression, left, right.element, context)
      else context.diagnostics.push(report(incomparable, expression.left.span, { type: showType(wrong) }))
      return plain(BOOL, known)
    }
    case 'map':
      sameOrReport(expression, left, STRING, context)
      return present(expression, known, context)
    default:
      context.diagnostics.push(report(inNeedsCollection, expression.right.span, { type: showType(right) }))
      return plain(BOOL, known)
  }
}

/** Checks `k in m`, after which `m[k]` is readable. */
function present(expression: Binary, known: FlowFacts, context: ExpressionContext): Checked {
  const map = stableKey(expression.right, context)
  const key = stableKey(expression.left, context)
  if (map === null || key === null) return plain(BOOL, known)
  return { type: BOOL, whenTrue: withPresent(known, `${map}[${key}]`), whenFalse: known }
}

function checkArithmetic(expression: Binary, known: FlowFacts, context: ExpressionContext): Type {
  const { operator } = expression
  const [left, right] = sides(expression, known, context)
  if (left.kind === 'unknown' || right.kind === 'unknown') return UNKNOWN
  const wrong = [left, right].find((type) => !isOperand(type, operator))
  if (wrong !== undefined) {
    context.diagnostics.push(report(arithmeticTypes, expression.span, { operator, type: showType(wrong) }))
    return UNKNOWN
  }
  const type = resultOf(left, right, operator)
  if (type === null) {
    reportMismatch(expression, left, right, context)
    return UNKNOWN
  }
  const { right: divisor } = expression
  if ((operator === '/' || operator === '%') && divisor.kind === 'IntLiteral' && divisor.value === 0) {
    context.diagnostics.push(report(divisionByZero, expression.span, {}))
    return UNKNOWN
  }
  return type
}

function isOperand(type: Type, operator: string): boolean {
  switch (type.kind) {
    case 'int':
      return true
    case 'double':
      return operator !== '%'
    case 'timestamp':
    case 'duration':
      return operator === '+' || operator === '-'
    default:
      return operator === '+' && (isString(type) || type.kind === 'list')
  }
}

/** Returns null if the operator does not accept both types together. */
function resultOf(left: Type, right: Type, operator: string): Type | null {
  if (left.kind === 'timestamp' && right.kind === 'timestamp') return operator === '-' ? DURATION : null
  if (left.kind === 'timestamp' && right.kind === 'duration') return TIMESTAMP
  if (left.kind === 'duration' && right.kind === 'timestamp') return operator === '+' ? TIMESTAMP : null
  return isString(left) && isString(right) ? STRING : joinTypes(left, right)
}

export function checkNegate(expression: Negate, known: FlowFacts, context: ExpressionContext): Type {
  const { type } = context.check(expression.operand, known, context)
  if (type.kind === 'int' || type.kind === 'double' || type.kind === 'unknown') return type
  context.diagnostics.push(report(arithmeticTypes, expression.span, { operator: '-', type: showType(type) }))
  return UNKNOWN
}
