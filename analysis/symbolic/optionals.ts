import type { Expr, OptMap } from '../../compiler/ir/index.ts'
import { isScalar } from '../../language/checker/types/type.ts'
import { FALSE, TRUE } from '../bdd/bdd.ts'
import { binding, type Case, type Context, written } from './context.ts'
import { presenceMeaning } from './presence.ts'
import type { AccessPath, Value } from './symbolic-domain.ts'
import { accessPathsOf, bindings, casesOf, expressionKey, narrowed } from './values.ts'

/**
 * Returns the possible values of an optional, each with its requests. A value is a scalar, the path of a record or collection, or
 * null if the optional is empty.
 */
export function optionalCases(expression: Expr, context: Context): readonly Case<Value | AccessPath | null>[] {
  switch (expression.kind) {
    case 'Const':
      return [{ when: TRUE, value: null }]
    case 'Some':
      return insideOf(expression.operand, context)
    case 'Optional': {
      const { there, missing } = presenceMeaning(expression.target, context)
      const cases = narrowed(insideOf(expression.target, context), there, context)
      return [...cases, ...(missing === FALSE ? [] : [{ when: missing, value: null }])]
    }
    case 'Shared':
      return optionalCases(expression.value, context)
    case 'Variable': {
      const bound = context.variables.get(expression.variable)
      return bound !== undefined && 'expression' in bound
        ? optionalCases(bound.expression, bound.context)
        : unknown(expression, context)
    }
    case 'Conditional': {
      const test = context.readers.meaning(expression.test, context)
      return [
        ...narrowed(optionalCases(expression.then, context), test.yes, context),
        ...narrowed(optionalCases(expression.otherwise, context), test.no, context),
      ]
    }
    case 'Let':
      return bindings(expression.value, context).flatMap(({ when, value }) =>
        narrowed(optionalCases(expression.body, binding(context, expression.variable, value)), when, context),
      )
    case 'OrValue':
      return optionalCases(expression.operand, context).flatMap((one) =>
        one.value === null ? narrowed(optionalCases(expression.fallback, context), one.when, context) : [one],
      )
    case 'OptMap':
      return mappedCases(expression, context)
    default:
      return unknown(expression, context)
  }
}

/** Maps an optional's value, if any. */
function mappedCases({ range, variable, body }: OptMap, context: Context): readonly Case<Value | AccessPath | null>[] {
  return optionalCases(range, context).flatMap((one) => {
    const { when, value } = one
    if (value === null) return [{ when, value }]
    const inside = binding(context, variable, 'kind' in value ? { value } : { found: value })
    return narrowed(body.type.kind === 'optional' ? optionalCases(body, inside) : insideOf(body, inside), when, context)
  })
}

function insideOf(expression: Expr, context: Context): readonly Case<Value | AccessPath>[] {
  return isScalar(expression.type) ? casesOf(expression, context) : accessPathsOf(expression, context)
}

function unknown(expression: Expr, context: Context): readonly Case<Value | AccessPath | null>[] {
  const { world } = context
  const key = expressionKey(expression, context)
  const from = written(expression, context)
  const errs = expression.fails ? world.opaque({ key: `${key} errs`, ...from }) : FALSE
  const isThere = world.opaque({ key: `${key} has a value`, ...from })
  const { type } = expression
  const inside = type.kind === 'optional' ? type.value : type
  const value: Value | AccessPath = isScalar(inside)
    ? { kind: 'term', key: `value of ${key}`, type: inside, place: null, from }
    : { key: `value of ${key}`, type: inside, place: null, from }
  const { diagram } = world
  return [
    { when: diagram.and(isThere, diagram.not(errs)), value },
    { when: diagram.and(diagram.not(isThere), diagram.not(errs)), value: null },
  ]
}
