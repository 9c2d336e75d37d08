import { builtinNamed } from '../../builtins/index.ts'
import type { Expression } from '../../syntax/ast.ts'

/**
 * A text that is the same for expressions that always have the same value within a decision: paths from a root,
 * constants, and built-ins on these (all of them total). Null for what is not stable. A guard and a read match when theirs are equal.
 */
export function stablePath(expression: Expression): string | null {
  switch (expression.kind) {
    case 'Identifier':
      return expression.name
    case 'StringLiteral':
      return JSON.stringify(expression.value)
    case 'IntLiteral':
    case 'DoubleLiteral':
    case 'BoolLiteral':
      return `${expression.kind} ${String(expression.value)}`
    case 'Member': {
      const object = stablePath(expression.object)
      return object === null ? null : `${object}.${expression.field.text}`
    }
    case 'Index': {
      const object = stablePath(expression.object)
      const index = stablePath(expression.index)
      return object === null || index === null ? null : `${object}[${index}]`
    }
    case 'Call': {
      if (builtinNamed(expression.name.text) === null) return null
      const operands = [...(expression.receiver === null ? [] : [expression.receiver]), ...expression.arguments].map(stablePath)
      return operands.includes(null) ? null : `${expression.name.text}(${operands.join(', ')})`
    }
    default:
      return null
  }
}
