/** A parsed expression as cel-go's debug text has it, macros expanded, without the kinds of nodes and without line breaks. */
import type { Chain, Comprehension, Expression } from '../../language/index.ts'

export function printTree(expression: Expression): string {
  switch (expression.kind) {
    case 'BoolLiteral':
    case 'IntLiteral':
      return String(expression.value)
    case 'DoubleLiteral':
      return String(expression.value)
    case 'StringLiteral':
      return JSON.stringify(expression.value)
    case 'ListLiteral':
      return `[${expression.elements.map(printTree).join(',')}]`
    case 'MapLiteral':
      return `{${expression.entries.map(({ key, value }) => `${printTree(key)}:${printTree(value)}`).join(',')}}`
    case 'Identifier':
      return expression.name
    case 'Member':
      return `${printTree(expression.object)}.${expression.field.text}`
    case 'Has':
      return `${printTree(expression.target)}~test-only~`
    case 'Index':
      return call('_[_]', expression.object, expression.index)
    case 'OptionalIndex':
      return call('_[?_]', expression.object, expression.index)
    case 'OptionalMember':
      return `_?._(${printTree(expression.object)},${JSON.stringify(expression.field.text)})`
    case 'Call': {
      const inside = `${expression.name.text}(${expression.arguments.map(printTree).join(',')})`
      return expression.receiver === null ? inside : `${printTree(expression.receiver)}.${inside}`
    }
    case 'Not':
      return call('!_', expression.operand)
    case 'Negate':
      return call('-_', expression.operand)
    case 'Binary':
      return call(expression.operator === 'in' ? '@in' : `_${expression.operator}_`, expression.left, expression.right)
    case 'Conditional':
      return call('_?_:_', expression.test, expression.then, expression.otherwise)
    case 'Chain':
      return balance(expression, expression.operands.map(printTree))
    case 'Comprehension':
      return printComprehension(expression)
    case 'Is':
    case 'Requirement':
      throw new Error(`${expression.kind} is not of CEL`)
  }
}

function call(name: string, ...operands: readonly Expression[]): string {
  return `${name}(${operands.map(printTree).join(',')})`
}

/** cel-go halves a chain, the first half being the larger. */
function balance(chain: Chain, operands: readonly string[]): string {
  if (operands.length === 1) return operands[0] as string
  const middle = Math.ceil(operands.length / 2)
  return `_${chain.operator}_(${balance(chain, operands.slice(0, middle))},${balance(chain, operands.slice(middle))})`
}

function printComprehension({ macro, range, variable, filter, body }: Comprehension): string {
  const loop = (init: string, condition: string, step: string, result = '@result') =>
    `__comprehension__(//Variable${variable.text},//Target${printTree(range)},//Accumulator@result,//Init${init},//LoopCondition${condition},//LoopStep${step},//Result${result})`
  const inner = printTree(body)
  switch (macro) {
    case 'all':
      return loop('true', '@not_strictly_false(@result)', `_&&_(@result,${inner})`)
    case 'exists':
      return loop('false', '@not_strictly_false(!_(@result))', `_||_(@result,${inner})`)
    case 'exists_one':
      return loop('0', 'true', `_?_:_(${inner},_+_(@result,1),@result)`, '_==_(@result,1)')
    case 'filter':
      return loop('[]', 'true', `_?_:_(${inner},_+_(@result,[${variable.text}]),@result)`)
    case 'map': {
      const added = `_+_(@result,[${inner}])`
      return loop('[]', 'true', filter === null ? added : `_?_:_(${printTree(filter)},${added},@result)`)
    }
    case 'optMap':
      return `${printTree(range)}.optMap(${variable.text},${inner})`
  }
}

/** cel-go's text without what ours leaves out; both have lost their white space, in texts as well. */
export function plainTree(tree: string): string {
  return squeezed(tree.replace(/\^#\*expr\.\w+#/g, ''))
}

export function squeezed(tree: string): string {
  return tree.replace(/\s+/g, '')
}
