import { type Compare, children, type Equal, type Expr } from '../../compiler/ir/index.ts'
import { isScalar, type Type } from '../../language/checker/types/type.ts'
import { type Edge, FALSE, TRUE } from '../bdd/bdd.ts'
import { isLess } from './classes/classes.ts'
import { constantsIn } from './constants-in.ts'
import { type Case, type Context, type Meaning, written } from './context.ts'
import { anyMeaning, settled, truthOf } from './meanings.ts'
import { optionalCases } from './optionals.ts'
import type { AccessPath, Constant, SourceText, Term, Value } from './symbolic-domain.ts'
import { accessPathsOf, casesOf, expressionKey, readable, valueKey } from './values.ts'

export function compareMeaning({ operator, left, right }: Compare, context: Context): Meaning {
  const { diagram } = context.world
  return overPairs(casesOf(left, context), casesOf(right, context), context, (a, b) => {
    if (mayBeNaN(a) || mayBeNaN(b)) return opaquePair(operator, a, b, context)
    const [first, second] = operator === '<' || operator === '>=' ? [a, b] : [b, a]
    const less = lessEdge(first, second, context)
    return operator === '<' || operator === '>' ? less : diagram.not(less)
  })
}

/** A computed value may be NaN, which is neither less, greater nor equal. */
function mayBeNaN(value: Value): boolean {
  if (value.kind === 'constant') return Number.isNaN(value.value)
  return value.type.kind === 'double' && value.place === null
}

function opaquePair(operator: string, a: Value, b: Value, { world }: Context): Edge {
  const key = `${valueKey(a)} ${operator} ${valueKey(b)}`
  const from = [a, b].find((one) => one.kind === 'term' && one.from !== undefined) as Partial<Term> | undefined
  return world.opaque({ key, ...(from?.from ?? { text: key }) })
}

export function lessEdge(a: Value, b: Value, context: Context): Edge {
  const { world } = context
  const { diagram } = world
  if (a.type.kind === 'bool') {
    const [one, other] = [truthOf(a, context), truthOf(b, context)]
    return diagram.and(one.no, other.yes)
  }
  if (a.kind === 'constant' && b.kind === 'constant') return isLess(a.value, b.value) ? TRUE : FALSE
  if (b.kind === 'constant') return a.kind === 'constant' ? FALSE : world.test(a, { kind: 'less', value: b.value })
  if (a.kind === 'constant') {
    const [less, equal] = [world.test(b, { kind: 'less', value: a.value }), world.test(b, { kind: 'equal', value: a.value })]
    return diagram.and(diagram.not(less), diagram.not(equal))
  }
  return a.key === b.key ? FALSE : world.less(a, b)
}

export function equalEdge(a: Value, b: Value, context: Context): Edge {
  const { world } = context
  const { diagram } = world
  if (a.type.kind === 'bool') {
    const [one, other] = [truthOf(a, context), truthOf(b, context)]
    return diagram.or(diagram.and(one.yes, other.yes), diagram.and(one.no, other.no))
  }
  if (a.kind === 'constant') {
    if (b.kind === 'constant') return a.value === b.value ? TRUE : FALSE
    return mayBeNaN(b) ? opaquePair('==', b, a, context) : world.test(b, { kind: 'equal', value: a.value })
  }
  if (b.kind === 'constant')
    return mayBeNaN(a) ? opaquePair('==', a, b, context) : world.test(a, { kind: 'equal', value: b.value })
  if (mayBeNaN(a) || mayBeNaN(b)) return a.key < b.key ? opaquePair('==', a, b, context) : opaquePair('==', b, a, context)
  return a.key === b.key ? TRUE : world.equal(a, b)
}

export function equalMeaning(expression: Equal, context: Context): Meaning {
  const { left, right } = expression
  const { diagram } = context.world
  const { type } = left
  if (type.kind === 'bool') {
    const [a, b] = [context.readers.meaning(left, context), context.readers.meaning(right, context)]
    return {
      yes: diagram.or(diagram.and(a.yes, b.yes), diagram.and(a.no, b.no)),
      no: diagram.or(diagram.and(a.yes, b.no), diagram.and(a.no, b.yes)),
    }
  }
  if (isScalar(type))
    return overPairs(casesOf(left, context), casesOf(right, context), context, (a, b) => equalEdge(a, b, context))
  if (type.kind === 'optional')
    return overPairs(optionalCases(left, context), optionalCases(right, context), context, (a, b) =>
      equalOptionals(a, b, context, written(expression, context)),
    )
  return equalWholes(expression, type, context)
}

function equalOptionals(a: Value | AccessPath | null, b: Value | AccessPath | null, context: Context, from: SourceText): Edge {
  if (a === null || b === null) return a === b ? TRUE : FALSE
  if ('kind' in a && 'kind' in b) return equalEdge(a, b, context)
  return equalKeys('kind' in a ? valueKey(a) : a.key, 'kind' in b ? valueKey(b) : b.key, context, from)
}

/**
 * Compares wholes. Against constants: a set equals exactly its elements; a list must contain these and no others; an empty one
 * has none. Other wholes equal themselves, unless they contain computed doubles.
 */
function equalWholes(expression: Equal, type: Type, context: Context): Meaning {
  const { left, right } = expression
  const { diagram } = context.world
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const constants = constantsIn(other)
    if (constants === null || constantsIn(one) !== null) continue
    const isWhole = type.kind === 'set' || constants.length === 0
    return anyMeaning(
      accessPathsOf(one, context).map(({ when, value }) => {
        const inside = hasJust(value, constants, context)
        // The order and repetitions of a list are not modeled.
        const key = `${value.key} == ${expressionKey(other, context)}`
        const is = isWhole ? inside : diagram.and(inside, context.world.opaque({ key, ...written(expression, context) }))
        return { when, meaning: settled(is, context) }
      }),
      context,
    )
  }
  const [a, b] = [expressionKey(left, context), expressionKey(right, context)]
  const from = written(expression, context)
  const is =
    a === b && worksOutDoubles(left) ? context.world.opaque({ key: `${a} == ${b}`, ...from }) : equalKeys(a, b, context, from)
  const read = diagram.and(readable(left, context), readable(right, context))
  return { yes: diagram.and(is, read), no: diagram.and(diagram.not(is), read) }
}

/** Whether a NaN is possible. */
function worksOutDoubles(expression: Expr): boolean {
  const { kind, type } = expression
  return ((kind === 'Arithmetic' || kind === 'Call') && type.kind === 'double') || children(expression).some(worksOutDoubles)
}

function hasJust(found: AccessPath, constants: readonly Constant[], { world }: Context): Edge {
  const others = world.hasOthers(
    found,
    constants.map(({ value }) => value),
  )
  return world.diagram.and(
    world.diagram.all(constants.map((constant) => world.contains(found, constant))),
    world.diagram.not(others),
  )
}

function equalKeys(a: string, b: string, { world }: Context, from: SourceText): Edge {
  if (a === b) return TRUE
  const [first, second] = a < b ? [a, b] : [b, a]
  return world.opaque({ key: `${first} == ${second}`, ...from })
}

function overPairs<V>(
  left: readonly Case<V>[],
  right: readonly Case<V>[],
  context: Context,
  edgeOf: (a: V, b: V) => Edge,
): Meaning {
  const { diagram } = context.world
  return anyMeaning(
    left.flatMap((a) =>
      right.map((b) => ({ when: diagram.and(a.when, b.when), meaning: settled(edgeOf(a.value, b.value), context) })),
    ),
    context,
  )
}
