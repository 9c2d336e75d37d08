import type { Expression } from '../../syntax/ast.ts'

type Value = string | number | boolean

/** Returns the value of a boolean expression if constants determine the value; else null. Such an expression cannot err. */
export function constantTruth(expression: Expression): boolean | null {
  const value = constantOf(expression)
  return typeof value === 'boolean' ? value : null
}

function constantOf(expression: Expression): Value | null {
  switch (expression.kind) {
    case 'BoolLiteral':
    case 'IntLiteral':
    case 'DoubleLiteral':
    case 'StringLiteral':
      return expression.value
    case 'Not': {
      const truth = constantTruth(expression.operand)
      return truth === null ? null : !truth
    }
    case 'Chain': {
      const truths = expression.operands.map(constantTruth)
      const settling = expression.operator === '||'
      // CEL: a deciding operand decides at any position, whatever errs beside it.
      if (truths.includes(settling)) return settling
      return truths.includes(null) ? null : !settling
    }
    case 'Conditional': {
      const test = constantTruth(expression.test)
      return test === null ? null : constantOf(test ? expression.then : expression.otherwise)
    }
    case 'Binary':
      return compared(expression.operator, constantOf(expression.left), constantOf(expression.right))
    default:
      return null
  }
}

function compared(operator: string, a: Value | null, b: Value | null): boolean | null {
  if (a === null || b === null || typeof a !== typeof b) return null
  switch (operator) {
    case '==':
      return a === b
    case '!=':
      return a !== b
  }
  // Texts are ordered by code point, unlike in JavaScript; comparing constant ones is not worth supporting.
  if (typeof a !== 'number' || typeof b !== 'number') return null
  switch (operator) {
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
    default:
      return null
  }
}
