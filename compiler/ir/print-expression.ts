import { arithmeticFails } from './build.ts'
import { callFails } from './evaluation/call-fails.ts'
import type { Arithmetic, Call, Const, Expr, Operand, RequirementTest } from './expression.ts'
import { unreachable } from './kinds.ts'

/**
 * Formats an expression in prefix notation, for tests and debugging. `!` after an operator means that it may err; `[0 2]` before
 * an operand are the indices of its guards.
 */
export function printExpression(expression: Expr): string {
  const print = printExpression
  switch (expression.kind) {
    case 'Const':
      return printConst(expression)
    case 'Absent':
      return 'absent'
    case 'Variable':
      return expression.variable
    case 'Param':
      return `params.${expression.name}`
    case 'CallerField':
      return `caller.${expression.name}`
    case 'RoleTest':
      return `roles${expression.word}:${expression.mask.toString(2)}`
    case 'IdentityTest':
      return `is:${expression.name}`
    case 'RequirementTest':
      return printRequirement(expression)
    case 'RequestField':
      return expression.name === 'sourceIp' ? 'source.ip' : `request.${expression.name}`
    case 'Header':
      return `header:${JSON.stringify(expression.name)}`
    case 'HeaderTest':
      return `(has header:${JSON.stringify(expression.name)})`
    case 'Mtls':
      return 'mtls'
    case 'Query':
      return 'query'
    case 'Body':
      return 'body'
    case 'Data':
      return `data:${expression.name}`
    case 'Field':
      return `(. ${print(expression.object)} ${expression.name})`
    case 'MapRead':
      return `([] ${print(expression.map)} ${print(expression.key)})`
    case 'Position':
      return form(expression.linked ? 'linked' : 'position', expression.datum, expression.text)
    case 'Entry':
      return form('entry', expression.map, expression.at)
    case 'Below':
      return form('below', expression.hierarchy, expression.at, expression.above)
    case 'ListRead':
      return `([] ${print(expression.list)} ${print(expression.index)})`
    case 'Present':
      return `(has ${print(expression.target)})`
    case 'Optional':
      return `(optional ${print(expression.target)})`
    case 'Some':
      return `(some ${print(expression.operand)})`
    case 'Chain':
      return `(${expression.operator} ${expression.operands.map(printOperand).join(' ')})`
    case 'Not':
      return `(! ${print(expression.operand)})`
    case 'Conditional':
      return form('?', expression.test, expression.then, expression.otherwise)
    case 'Compare':
      return form(expression.operator, expression.left, expression.right)
    case 'Equal':
      return form('==', expression.left, expression.right)
    case 'In':
      return form('in', expression.element, expression.collection)
    case 'Arithmetic':
      return form(`${expression.operator}${itselfFails(expression)}`, expression.left, expression.right)
    case 'Negate':
      return `(- ${print(expression.operand)})`
    case 'Concat':
      return form('++', expression.left, expression.right)
    case 'Collect':
      return form(expression.type.kind, ...expression.elements)
    case 'CollectMap':
      return `(map${expression.entries.map(({ key, value }) => ` ${JSON.stringify(key)}: ${print(value)}`).join('')})`
    case 'Call':
      return form(`${expression.id}${itselfFails(expression)}`, ...expression.operands)
    case 'OrValue':
      return form('orValue', expression.operand, expression.fallback)
    case 'Let':
      return `(let ${expression.variable} ${print(expression.value)} ${print(expression.body)})`
    case 'OptMap':
      return `(optMap ${print(expression.range)} ${expression.variable} ${print(expression.body)})`
    case 'Quantifier':
      return `(${expression.quantifier} ${print(expression.range)} ${expression.variable} ${print(expression.test)})`
    case 'Select': {
      const { range, variable, test, value } = expression
      const parts = [...(test === null ? [] : [`if ${print(test)}`]), ...(value === null ? [] : [print(value)])]
      return `(${expression.type.kind} of ${print(range)} ${[variable, ...parts].join(' ')})`
    }
    case 'Shared':
      return `(shared ${expression.wish} ${print(expression.value)})`
    default:
      return unreachable(expression)
  }
}

function form(operator: string, ...operands: readonly Expr[]): string {
  return `(${[operator, ...operands.map(printExpression)].join(' ')})`
}

function itselfFails(expression: Arithmetic | Call): '!' | '' {
  const fails =
    expression.kind === 'Call'
      ? callFails(expression.id, expression.operands)
      : arithmeticFails(expression.operator, expression.left, expression.right, expression.type)
  return fails ? '!' : ''
}

/** Doubles have a decimal point (`1.0`); times and addresses have their kind. */
function printConst({ value, type }: Const): string {
  if (value === null) return 'none'
  if (typeof value === 'string')
    return type.kind === 'ip' || type.kind === 'cidr' ? `${type.kind}:${value}` : JSON.stringify(value)
  if (typeof value === 'bigint') return `${type.kind}:${value}`
  const text = Object.is(value, -0) ? '-0' : String(value)
  return type.kind === 'double' && /^-?\d+$/.test(text) ? `${text}.0` : text
}

function printRequirement({ what, values, within }: RequirementTest): string {
  const named = [what, ...values.map((value) => JSON.stringify(value)), ...(within === null ? [] : [`within ${within}`])]
  return `(require ${named.join(' ')})`
}

export function printOperand({ expression, guards }: Operand): string {
  return guards.length === 0 ? printExpression(expression) : `[${guards.join(' ')}] ${printExpression(expression)}`
}
