import { STRING, type Type } from '../../../language/checker/types/type.ts'
import type { Comprehension } from '../../../language/syntax/ast.ts'
import * as build from '../build.ts'
import type { Expr } from '../expression.ts'
import { inside, type Lower, type Lowering, seeing } from './lowering.ts'

export function lowerComprehension(expression: Comprehension, lowering: Lowering, lower: Lower): Expr {
  const { macro, body, filter } = expression
  const range = lower(expression.range, lowering)
  const { variable, scope } = inside(lowering, expression.variable.text)
  const element = build.variable(variable, elementOf(range.type), range.binding)
  const inner = seeing(scope, expression.variable.text, element)
  const type = lowering.model.typeOf(expression)
  switch (macro) {
    case 'optMap':
      return build.optMap(range, variable, lower(body, inner))
    case 'filter':
      return build.select(range, variable, lower(body, inner), null, type)
    case 'map':
      return build.select(range, variable, filter && lower(filter, inner), lower(body, inner), type)
    default:
      return build.quantifier(macro, range, variable, lower(body, inner))
  }
}

/** Returns the type of the variable that iterates over a collection: the element type, or the key type of a map. */
export function elementOf(range: Type): Type {
  switch (range.kind) {
    case 'list':
    case 'set':
      return range.element
    case 'map':
      return STRING
    case 'optional':
      return range.value
    default:
      throw new Error(`a ${range.kind} has no elements`)
  }
}
