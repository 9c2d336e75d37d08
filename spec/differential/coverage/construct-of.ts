import type { Binary, Call, Expression, Model } from '../../../language/index.ts'
import { familyOf } from './constructs.ts'

/** The lines of the table for an expression, whatever it is evaluated to. */
export function constructsOf(model: Model, expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'BoolLiteral':
    case 'IntLiteral':
    case 'DoubleLiteral':
    case 'StringLiteral':
      return [`literal ${familyOf(model.typeOf(expression))}`]
    case 'ListLiteral':
      return [`[…] as ${model.typeOf(expression).kind}`]
    case 'MapLiteral':
      return ['{…}']
    case 'Identifier': {
      const { kind } = model.referenceOf(expression)
      return kind === 'data' || kind === 'variable' ? [kind] : []
    }
    case 'Member':
      return [`. of ${rootOf(model, expression.object) ?? 'record'}`]
    case 'OptionalMember': {
      const root = rootOf(model, expression.object)
      if (root === 'request' || root === 'source') return []
      return [`.? of ${root ?? (model.typeOf(expression.object).kind === 'optional' ? 'optional' : 'record')}`]
    }
    case 'Index':
      return [`[] of ${isHeaders(expression.object) ? 'headers' : 'map'}`]
    case 'OptionalIndex':
      return [`[?] of ${isHeaders(expression.object) ? 'headers' : model.typeOf(expression.object).kind}`]
    case 'Call':
      return ofCall(model, expression)
    case 'Comprehension': {
      const { macro, range, filter } = expression
      if (macro === 'optMap') return []
      return [`${macro}() over ${model.typeOf(range).kind}`, ...(filter === null ? [] : ['map(x, F, E)'])]
    }
    case 'Is':
      return [`is ${model.referenceOf(expression).kind}`]
    case 'Not':
      return ['!']
    case 'Negate':
      return [`unary - ${model.typeOf(expression).kind}`]
    case 'Chain':
      return [expression.operator]
    case 'Conditional':
      return ['?:']
    case 'Binary':
      return [ofBinary(model, expression)]
    case 'Has':
    case 'Requirement':
      return []
  }
}

function ofCall(model: Model, call: Call): readonly string[] {
  const reference = model.referenceOf(call)
  if (reference.kind === 'builtin') return [reference.id]
  return call.arguments.length > 0 ? ['def', 'def with parameters'] : ['def']
}

function ofBinary(model: Model, { operator, left, right }: Binary): string {
  if (operator === 'in') return `in ${isHeaders(right) ? 'headers' : model.typeOf(right).kind}`
  const [a, b] = [familyOf(model.typeOf(left)), familyOf(model.typeOf(right))]
  const isOfTimes = (operator === '+' || operator === '-') && (a === 'timestamp' || b === 'timestamp')
  return isOfTimes ? `${a} ${operator} ${b}` : `${operator} ${a}`
}

function rootOf(model: Model, object: Expression): string | null {
  const reference = object.kind === 'Identifier' ? model.referenceOf(object) : null
  return reference?.kind === 'root' ? reference.root : null
}

function isHeaders(expression: Expression): boolean {
  return expression.kind === 'Member' && expression.field.text === 'headers' && expression.object.kind === 'Identifier'
}
