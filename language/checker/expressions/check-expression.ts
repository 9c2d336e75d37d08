/**
 * Type checking with flow narrowing: each expression is checked under the facts that hold before it, and returns the facts for
 * its being true and false. This file dispatches by kind; the folders have operators, accesses and calls.
 */
import { roleMayFail } from '../../diagnostics/catalogue/calls.ts'
import { report } from '../../diagnostics/report.ts'
import type { Expression } from '../../syntax/ast.ts'
import { BOOL, DOUBLE, INT, literals, type Type } from '../types/type.ts'
import { checkMember, checkOptionalMember } from './access/check-field.ts'
import { checkHas } from './access/check-has.ts'
import { isHeaders, refuseHeaders } from './access/check-headers.ts'
import { checkIndex, checkOptionalIndex } from './access/check-index.ts'
import { checkIs } from './access/check-is.ts'
import { checkIdentifier } from './access/check-name.ts'
import { failsItself } from './bounds/can-fail.ts'
import { checkCall } from './calls/check-call.ts'
import { checkBool } from './check-bool.ts'
import { type Checked, type ExpressionContext, plain, tablesOf } from './expression-context.ts'
import { checkChain, checkConditional } from './flow/check-chain.ts'
import type { FlowFacts } from './flow/narrowing.ts'
import { checkComprehension } from './operations/check-comprehension.ts'
import { checkList, checkMap } from './operations/check-literal.ts'
import { checkBinary, checkNegate } from './operations/check-operator.ts'
import { checkRequirement } from './operations/check-requirement.ts'

/**
 * Checks an expression, and returns its type and the facts that follow from it. `expected` affects literals only: `[…]` is a set
 * if a set is expected. The caller must compare the types.
 */
export function checkExpression(expression: Expression, known: FlowFacts, context: ExpressionContext, expected?: Type): Checked {
  const checked = check(expression, known, context, expected)
  context.types.set(expression, checked.type)
  if (context.place === 'role' && checked.type.kind !== 'unknown' && failsItself(expression, tablesOf(context)))
    context.diagnostics.push(report(roleMayFail, expression.span, {}))
  return checked
}

function check(expression: Expression, known: FlowFacts, context: ExpressionContext, expected: Type | undefined): Checked {
  switch (expression.kind) {
    case 'BoolLiteral':
      return plain(BOOL, known)
    case 'IntLiteral':
      return plain(INT, known)
    case 'DoubleLiteral':
      return plain(DOUBLE, known)
    case 'StringLiteral':
      return plain(literals([expression.value]), known)
    case 'ListLiteral':
      return plain(checkList(expression, known, context, expected), known)
    case 'MapLiteral':
      return plain(checkMap(expression, known, context, expected), known)
    case 'Identifier':
      return plain(checkIdentifier(expression, context), known)
    case 'Member':
      if (isHeaders(expression, context)) return plain(refuseHeaders(expression, known, context), known)
      return plain(checkMember(expression, known, context), known)
    case 'OptionalMember':
      return plain(checkOptionalMember(expression, known, context), known)
    case 'Index':
      return plain(checkIndex(expression, known, context), known)
    case 'OptionalIndex':
      return plain(checkOptionalIndex(expression, known, context), known)
    case 'Call':
      return checkCall(expression, known, context)
    case 'Comprehension':
      return plain(checkComprehension(expression, known, context), known)
    case 'Requirement':
      return plain(checkRequirement(expression, context), known)
    case 'Has':
      return checkHas(expression, known, context)
    case 'Is':
      return checkIs(expression, known, context)
    case 'Not': {
      const { whenTrue, whenFalse } = checkBool(expression.operand, known, context)
      return { type: BOOL, whenTrue: whenFalse, whenFalse: whenTrue }
    }
    case 'Negate':
      return plain(checkNegate(expression, known, context), known)
    case 'Chain':
      return checkChain(expression, known, context)
    case 'Binary':
      return checkBinary(expression, known, context)
    case 'Conditional':
      return checkConditional(expression, known, context, expected)
  }
}
