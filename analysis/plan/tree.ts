/** A condition as a JSON tree, for programs that do not want to parse. */

import type { Expr } from '../../compiler/ir/index.ts'
import { overload } from '../../language/builtins/index.ts'
import { parseSignature } from '../../language/builtins/parse-signature.ts'
import { showType, type Type } from '../../language/checker/types/type.ts'
import { errs } from './lift.ts'
import type { Tree } from './plan-parts.ts'
import { printCel } from './print-cel.ts'

/**
 * Returns an expression as a JSON tree.
 *
 * @throws PlanError if CEL cannot express a part of the expression
 */
export function treeOf(expression: Expr): Tree {
  if (errs(expression)) return { cel: printCel(expression) }
  switch (expression.kind) {
    case 'Chain': {
      const operands = expression.operands.map((one) => treeOf(one.expression))
      return expression.operator === '&&' ? { and: operands } : { or: operands }
    }
    case 'Not':
      return { not: treeOf(expression.operand) }
    case 'Conditional':
      return { if: [treeOf(expression.test), treeOf(expression.then), treeOf(expression.otherwise)] }
    case 'Equal':
      return { operator: '==', of: [treeOf(expression.left), treeOf(expression.right)] }
    case 'Compare':
      return { operator: expression.operator, of: [treeOf(expression.left), treeOf(expression.right)] }
    case 'In':
      return { operator: 'in', of: [treeOf(expression.element), treeOf(expression.collection)] }
    case 'Call':
      return { call: nameOf(expression.id), of: expression.operands.map(treeOf) }
    case 'Collect':
      return { list: expression.elements.map(treeOf) }
    case 'Const':
      if (expression.value === null) return { cel: printCel(expression) }
      return { value: shownValue(expression.value, expression), type: nameOfType(expression.type) }
    case 'Param':
    case 'Field':
    case 'MapRead':
    case 'Data':
    case 'Body':
    case 'Header':
    case 'RequestField':
      return { read: printCel(expression), type: nameOfType(expression.type) }
    case 'Present':
      return { has: printCel(expression.target) }
    default:
      return { cel: printCel(expression) }
  }
}

function nameOf(id: Parameters<typeof overload>[0]): string {
  const { name, namespace } = parseSignature(overload(id).signature)
  return namespace === null ? name : `${namespace}.${name}`
}

function nameOfType(type: Type): string {
  return type.kind === 'literals' ? 'string' : showType(type)
}

/** Returns times and addresses as the text that their function takes. */
function shownValue(value: boolean | number | string | bigint, expression: Expr): boolean | number | string {
  if (typeof value !== 'bigint') return value
  return JSON.parse(/"[^"]*"/.exec(printCel(expression))?.[0] ?? '""') as string
}
