/**
 * Literals → variables. Of an expression of constants the compiler makes a constant, and of constants the checker refuses what can only err
 * or never hold; with its literals as variables the same expression is worked out when it is asked.
 */
import { type Expression, overloadsNamed, type Type } from '../../language/index.ts'
import type { Bound } from './cel-value.ts'

export interface Lifted {
  readonly expression: Expression
  /** What stands for the literals, by name. */
  readonly types: ReadonlyMap<string, Type>
  readonly values: ReadonlyMap<string, Bound>
}

/** @param emptyType the type of an empty list or map, which tells none itself; null where it is not known, and so stays */
export function liftLiterals(expression: Expression, emptyType: (literal: Expression) => Type | null): Lifted {
  const types = new Map<string, Type>()
  const values = new Map<string, Bound>()
  const variable = (type: Type, value: Bound, { span }: Expression): Expression => {
    const name = `literal_${types.size}`
    types.set(name, type)
    values.set(name, value)
    return { kind: 'Identifier', name, span }
  }
  const lift = (one: Expression): Expression => {
    switch (one.kind) {
      case 'BoolLiteral':
        return variable({ kind: 'bool' }, one.value, one)
      case 'IntLiteral':
        return variable({ kind: 'int' }, one.value, one)
      case 'DoubleLiteral':
        return variable({ kind: 'double' }, one.value, one)
      case 'StringLiteral':
        return variable({ kind: 'string' }, one.value, one)
      case 'ListLiteral':
      case 'MapLiteral': {
        const type = isEmpty(one) ? emptyType(one) : null
        return type === null ? within(one) : variable(type, type.kind === 'map' ? new Map() : [], one)
      }
      default:
        return within(one)
    }
  }
  const within = (one: Expression): Expression => {
    const stay = literalsThatStay(one)
    return rebuilt(one, (part) => (stay.includes(part) ? part : lift(part))) as Expression
  }
  return { expression: lift(expression), types, values }
}

function isEmpty(literal: Expression): boolean {
  return literal.kind === 'ListLiteral'
    ? literal.elements.length === 0
    : literal.kind === 'MapLiteral' && literal.entries.length === 0
}

/** What the language has written as a literal: keys of a map, what is looked up in one, patterns. */
function literalsThatStay(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'MapLiteral':
      return expression.entries.map(({ key }) => key)
    case 'Index':
      return expression.index.kind === 'StringLiteral' ? [expression.index] : []
    case 'Call': {
      const operands = [...(expression.receiver === null ? [] : [expression.receiver]), ...expression.arguments]
      const places = overloadsNamed(expression.name.text).flatMap(({ overload }) => overload.constants ?? [])
      return places.flatMap((at) => operands[at] ?? [])
    }
    default:
      return []
  }
}

const EXPRESSIONS =
  /Literal$|^(?:Identifier|(?:Optional)?(?:Member|Index)|Call|Comprehension|Has|Not|Negate|Chain|Binary|Conditional)$/

/** A copy of a node in which every expression directly within it is replaced. */
function rebuilt(node: object, replace: (part: Expression) => Expression): object {
  const copied = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copied)
    if (value === null || typeof value !== 'object') return value
    if ('kind' in value) return EXPRESSIONS.test(String(value.kind)) ? replace(value as Expression) : value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)]))
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === 'span' ? value : copied(value)]))
}
