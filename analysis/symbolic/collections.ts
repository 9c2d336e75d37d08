import { collect, constant } from '../../compiler/ir/build.ts'
import { type Collect, type Expr, freeVariables, type In, type Quantifier } from '../../compiler/ir/index.ts'
import { isScalar, STRING } from '../../language/checker/types/type.ts'
import type { Edge } from '../bdd/bdd.ts'
import { equalEdge } from './comparisons.ts'
import { binding, type Context, type Meaning } from './context.ts'
import { anyMeaning, opaqueMeaning, settled } from './meanings.ts'
import type { AccessPath, Value } from './symbolic-domain.ts'
import { accessPathsOf, bindings, casesOf, readable } from './values.ts'

export function inMeaning(expression: In, context: Context): Meaning {
  const { element, collection } = expression
  if (!isScalar(element.type)) return opaqueMeaning(expression, context)
  const { diagram } = context.world
  const literal = literalOf(collection)
  return anyMeaning(
    casesOf(element, context).flatMap(({ when, value }) => {
      if (literal !== null) return [{ when, meaning: amongMeaning(value, literal, context) }]
      return accessPathsOf(collection, context).map((of) => {
        return { when: diagram.and(when, of.when), meaning: settled(context.world.contains(of.value, value), context) }
      })
    }),
    context,
  )
}

/** Membership in a literal; errs if an element does. */
function amongMeaning(value: Value, { elements }: Collect, context: Context): Meaning {
  const { diagram } = context.world
  const read = diagram.all(elements.map((element) => readable(element, context)))
  const is = diagram.any(
    elements.flatMap((element) =>
      casesOf(element, context).map((other) => diagram.and(other.when, equalEdge(value, other.value, context))),
    ),
  )
  return { yes: diagram.and(is, read), no: diagram.and(diagram.not(is), read) }
}

/** Returns a literal; of a map, its keys. */
function literalOf(expression: Expr): Collect | null {
  if (expression.kind === 'Shared') return literalOf(expression.value)
  if (expression.kind === 'CollectMap' && !expression.fails)
    return collect(
      expression.entries.map(({ key }) => constant(key, STRING)),
      { kind: 'list', element: STRING },
    )
  return expression.kind === 'Collect' && expression.elements.every(({ type }) => isScalar(type)) ? expression : null
}

/**
 * Returns the set of requests for which a quantifier such as `exists` is true, and the set of those for which it is false. Over a
 * literal list, the quantifier is unrolled. Over other collections, only tests of elements for equality with values are modeled.
 */
export function quantifierMeaning(expression: Quantifier, context: Context): Meaning {
  const { quantifier, range, variable, test } = expression
  const literal = range.kind === 'Collect' ? range : literalOf(range)
  if (literal !== null) return overElements(literal, expression, context)
  if (quantifier === 'exists_one' || !isElementScalar(range)) return opaqueMeaning(expression, context)
  const meanings: { when: Edge; meaning: Meaning }[] = []
  for (const { when, value } of accessPathsOf(range, context)) {
    const is = quantifier === 'exists' ? someIs(value, variable, test, context) : allAre(value, variable, test, context)
    if (is === null) return opaqueMeaning(expression, context)
    meanings.push({ when, meaning: settled(is, context) })
  }
  return anyMeaning(meanings, context)
}

function isElementScalar({ type }: Expr): boolean {
  return type.kind === 'map' || ((type.kind === 'list' || type.kind === 'set') && isScalar(type.element))
}

/** Returns null if the test is not modeled. */
function someIs(of: AccessPath, variable: Quantifier['variable'], test: Expr, context: Context): Edge | null {
  const { diagram } = context.world
  if (test.kind === 'Shared') return someIs(of, variable, test.value, context)
  if (test.kind === 'Chain' && test.operator === '||') {
    const parts = test.operands.map(({ expression }) => someIs(of, variable, expression, context))
    return parts.includes(null) ? null : diagram.any(parts as Edge[])
  }
  const values = valuesBeside(variable, test, context)
  return values && diagram.any(values.map(({ when, value }) => diagram.and(when, context.world.contains(of, value))))
}

function allAre(of: AccessPath, variable: Quantifier['variable'], test: Expr, context: Context): Edge | null {
  const { diagram } = context.world
  if (test.kind === 'Shared') return allAre(of, variable, test.value, context)
  if (test.kind === 'Chain' && test.operator === '&&') {
    const parts = test.operands.map(({ expression }) => allAre(of, variable, expression, context))
    return parts.includes(null) ? null : diagram.all(parts as Edge[])
  }
  if (test.kind === 'Not') {
    const some = someIs(of, variable, test.operand, context)
    return some && diagram.not(some)
  }
  const values = valuesBeside(variable, test, context)
  if (values === null || !values.every(({ value }) => value.kind === 'constant')) return null
  return diagram.not(
    context.world.hasOthers(
      of,
      values.map(({ value }) => (value.kind === 'constant' ? value.value : null)),
    ),
  )
}

/** Returns what an element is compared with, if that is the whole test and cannot err. */
function valuesBeside(variable: Quantifier['variable'], test: Expr, context: Context) {
  const isElement = (one: Expr) => one.kind === 'Variable' && one.variable === variable
  const isApart = (one: Expr) => !one.fails && !freeVariables(one).has(variable)
  if (test.kind === 'Equal' && isScalar(test.left.type)) {
    const other = isElement(test.left) ? test.right : isElement(test.right) ? test.left : null
    return other !== null && isApart(other) ? casesOf(other, context) : null
  }
  if (test.kind !== 'In' || !isElement(test.element)) return null
  const literal = literalOf(test.collection)
  return literal?.elements.every(isApart) ? literal.elements.flatMap((one) => casesOf(one, context)) : null
}

function overElements({ elements }: Collect, { quantifier, variable, test }: Quantifier, context: Context): Meaning {
  const { diagram } = context.world
  const read = diagram.all(elements.map((element) => readable(element, context)))
  const each = elements.map((element) =>
    anyMeaning(
      bindings(element, context).map(({ when, value }) => ({
        when,
        meaning: context.readers.meaning(test, binding(context, variable, value)),
      })),
      context,
    ),
  )
  const yes = each.map((one) => one.yes)
  const no = each.map((one) => one.no)
  const found =
    quantifier === 'all'
      ? { yes: diagram.all(yes), no: diagram.any(no) }
      : quantifier === 'exists'
        ? { yes: diagram.any(yes), no: diagram.all(no) }
        : exactlyOne(each, context)
  return { yes: diagram.and(found.yes, read), no: diagram.and(found.no, read) }
}

/** Errs if one of the tests does. */
function exactlyOne(each: readonly Meaning[], { world: { diagram } }: Context): Meaning {
  const settledAll = diagram.all(each.map(({ yes, no }) => diagram.or(yes, no)))
  const one = diagram.any(
    each.map(({ yes }, at) => diagram.all([yes, ...each.flatMap((other, i) => (i === at ? [] : [other.no]))])),
  )
  return { yes: diagram.and(one, settledAll), no: diagram.and(diagram.not(one), settledAll) }
}
