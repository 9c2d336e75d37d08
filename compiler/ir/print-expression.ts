import { unreachable } from '../unreachable.ts'
import type { Expr, Operand } from './expression.ts'

/**
 * The text form of an expression, for tests and people: operators first, in parentheses. `!` after an operator says
 * that it may itself err; `[0 2]` before an operand names its guards by position.
 */
export function printExpression(expression: Expr): string {
  const print = printExpression
  switch (expression.kind) {
    case 'Const':
      return typeof expression.value === 'string' ? JSON.stringify(expression.value) : printNumber(expression)
    case 'Absent':
      return 'absent'
    case 'Param':
      return `params.${expression.name}`
    case 'CallerField':
      return `caller.${expression.name}`
    case 'RoleTest':
      return `roles${expression.word}:${expression.mask.toString(2)}`
    case 'IdentityTest':
      return `is:${expression.name}`
    case 'RequestField':
      return `request.${expression.name}`
    case 'Header':
      return `header:${JSON.stringify(expression.name)}`
    case 'HeaderTest':
      return `(has header:${JSON.stringify(expression.name)})`
    case 'Field':
      return `(. ${print(expression.object)} ${expression.name})`
    case 'MapRead':
      return `([] ${print(expression.map)} ${print(expression.key)})`
    case 'Present':
      return `(has ${print(expression.target)})`
    case 'Chain':
      return `(${expression.operator} ${expression.operands.map(printOperand).join(' ')})`
    case 'Not':
      return `(! ${print(expression.operand)})`
    case 'Conditional':
      return `(? ${print(expression.test)} ${print(expression.then)} ${print(expression.otherwise)})`
    case 'Compare':
      return `(${expression.operator} ${print(expression.left)} ${print(expression.right)})`
    case 'Equal':
      return `(== ${print(expression.left)} ${print(expression.right)})`
    case 'In':
      return `(in ${print(expression.element)} ${print(expression.collection)})`
    case 'Arithmetic':
      return `(${expression.operator}${expression.type.kind === 'int' ? '!' : ''} ${print(expression.left)} ${print(expression.right)})`
    case 'Negate':
      return `(- ${print(expression.operand)})`
    case 'Concat':
      return `(++ ${print(expression.left)} ${print(expression.right)})`
    case 'Collect':
      return `(${[expression.type.kind, ...expression.elements.map(print)].join(' ')})`
    case 'TextTest':
      return `(${expression.name} ${print(expression.text)} ${print(expression.part)})`
    case 'ChangeCase':
      return `(${expression.name} ${print(expression.operand)})`
    case 'Size':
      return `(size ${print(expression.operand)})`
    default:
      return unreachable(expression)
  }
}

/** A double is told from an int by its point: `1.0`. */
function printNumber({ value, type }: Expr & { kind: 'Const' }): string {
  const text = String(value)
  return type.kind === 'double' && /^-?\d+$/.test(text) ? `${text}.0` : text
}

function printOperand({ expression, guards }: Operand): string {
  return guards.length === 0 ? printExpression(expression) : `[${guards.join(' ')}] ${printExpression(expression)}`
}
