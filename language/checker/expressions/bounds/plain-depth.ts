import type { Binary, Call, Expression } from '../../../syntax/ast.ts'
import type { Model } from '../../model.ts'
import { isString } from '../../types/type.ts'
import { levelsOf } from './sizes.ts'

type Tables = Pick<Model, 'typeOf' | 'referenceOf'>

/**
 * Returns the depth of an expression without iteration, def calls or concatenation; NaN for any other expression. The cost of
 * such an expression is at most its length. Most conditions are so plain, and measuring their cost took a tenth of all checking
 * time.
 */
export function plainDepth(expression: Expression, tables: Tables): number {
  switch (expression.kind) {
    case 'BoolLiteral':
    case 'IntLiteral':
    case 'DoubleLiteral':
    case 'StringLiteral':
    case 'Identifier':
    case 'Requirement':
      return 1
    case 'Member':
    case 'OptionalMember':
      return 1 + plainDepth(expression.object, tables)
    case 'Has':
      return 1 + plainDepth(expression.target, tables)
    case 'Is':
    case 'Not':
    case 'Negate':
      return 1 + plainDepth(expression.operand, tables)
    case 'Index':
    case 'OptionalIndex':
      return 1 + Math.max(plainDepth(expression.object, tables), plainDepth(expression.index, tables))
    case 'Chain':
      return 1 + deepest(expression.operands, tables)
    case 'ListLiteral':
      return 1 + deepest(expression.elements, tables)
    case 'Conditional': {
      const branches = Math.max(plainDepth(expression.then, tables), plainDepth(expression.otherwise, tables))
      return 1 + Math.max(plainDepth(expression.test, tables), branches)
    }
    case 'Binary':
      if (!isPlainOperator(expression, tables)) return Number.NaN
      return 1 + Math.max(plainDepth(expression.left, tables), plainDepth(expression.right, tables))
    case 'Call':
      return isPlainCall(expression, tables) ? 1 + depthOfOperands(expression, tables) : Number.NaN
    case 'MapLiteral':
    case 'Comprehension':
      return Number.NaN
  }
}

function deepest(expressions: readonly Expression[], tables: Tables): number {
  let depth = 0
  for (const one of expressions) depth = Math.max(depth, plainDepth(one, tables))
  return depth
}

function isPlainOperator({ operator, right }: Binary, tables: Tables): boolean {
  if (operator !== 'in' && operator !== '==' && operator !== '!=' && operator !== '+') return true
  const type = tables.typeOf(right)
  if (operator === '+') return type.kind !== 'list' && !isString(type)
  // Lookups in sets and maps take one operation, and a literal list of scalars costs its own length.
  if (operator === 'in') return type.kind !== 'list' || (right.kind === 'ListLiteral' && levelsOf(type) === 1)
  return levelsOf(type) === 0
}

/** Whether a call is of a built-in on scalars, optionals of them or addresses. */
function isPlainCall(call: Call, tables: Tables): boolean {
  return tables.referenceOf(call).kind === 'builtin' && !operandsOf(call).some((one) => levelsOf(tables.typeOf(one)) > 0)
}

function depthOfOperands(call: Call, tables: Tables): number {
  return deepest(operandsOf(call), tables)
}

function operandsOf({ receiver, arguments: given }: Call): readonly Expression[] {
  return receiver === null ? given : [receiver, ...given]
}
