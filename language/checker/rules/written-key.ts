import type { Expression } from '../../syntax/ast.ts'

/**
 * Returns a text that is equal for expressions that are written alike, except for spans and redundant parentheses. Outside of
 * defs and comprehensions names are unique in a bundle, so such expressions have one value within a decision. It is called
 * several times for most expressions, hence built by hand instead of by `JSON.stringify`. Each node is an atom or is
 * parenthesized with its kind first, so keys are unambiguous.
 */
export function writtenKey(expression: Expression): string {
  switch (expression.kind) {
    case 'BoolLiteral':
      return String(expression.value)
    case 'IntLiteral':
      return String(expression.value)
    case 'DoubleLiteral':
      return `(double ${expression.value})`
    case 'StringLiteral':
      return JSON.stringify(expression.value)
    case 'Identifier':
      return variableKey(expression.name)
    case 'ListLiteral':
      return `(list${keysOf(expression.elements)})`
    case 'MapLiteral':
      return `(map${expression.entries.map(({ key, value }) => ` ${writtenKey(key)} ${writtenKey(value)}`).join('')})`
    case 'Member':
      return `(. ${writtenKey(expression.object)} ${expression.field.text})`
    case 'OptionalMember':
      return `(.? ${writtenKey(expression.object)} ${expression.field.text})`
    case 'Index':
      return `([] ${writtenKey(expression.object)} ${writtenKey(expression.index)})`
    case 'OptionalIndex':
      return `([?] ${writtenKey(expression.object)} ${writtenKey(expression.index)})`
    case 'Call': {
      const { receiver, name } = expression
      return `(call ${receiver === null ? '-' : writtenKey(receiver)} ${name.text}${keysOf(expression.arguments)})`
    }
    case 'Comprehension': {
      const { macro, range, variable, filter, body } = expression
      const parts = `${writtenKey(range)} ${variable.text} ${filter === null ? '-' : writtenKey(filter)} ${writtenKey(body)}`
      return `(${macro} ${parts})`
    }
    case 'Requirement': {
      const { what, values, within } = expression
      return `(${what} ${within?.milliseconds ?? '-'}${values.map(({ value }) => ` ${JSON.stringify(value)}`).join('')})`
    }
    case 'Has':
      return `(has ${writtenKey(expression.target)})`
    case 'Is':
      return `(is ${writtenKey(expression.operand)} ${expression.name.text})`
    case 'Not':
      return `(! ${writtenKey(expression.operand)})`
    case 'Negate':
      return `(- ${writtenKey(expression.operand)})`
    case 'Chain':
      return `(${expression.operator}${keysOf(expression.operands)})`
    case 'Binary':
      return `(${expression.operator} ${writtenKey(expression.left)} ${writtenKey(expression.right)})`
    case 'Conditional':
      return `(? ${writtenKey(expression.test)} ${writtenKey(expression.then)} ${writtenKey(expression.otherwise)})`
  }
}

/** Returns whether the expression with this key (`writtenKey`) may read a variable. */
export function mayRead(key: string, variable: string): boolean {
  const atom = variableKey(variable)
  return key === atom || key.includes(`${atom} `) || key.includes(`${atom})`)
}

function variableKey(name: string): string {
  return `$${name}`
}

function keysOf(expressions: readonly Expression[]): string {
  let keys = ''
  for (const expression of expressions) keys += ` ${writtenKey(expression)}`
  return keys
}
