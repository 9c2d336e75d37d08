/**
 * The static cost of an expression (`spec/language/cost.md`): each comprehension round and each visited element is a step, and so
 * are fifty other operations. Also how long the texts may become that it concatenates.
 */
import type { Binary, Call, Comprehension, Expression } from '../../../syntax/ast.ts'
import { childrenOf, isExpression } from '../../../syntax/children.ts'
import type { Def, Model } from '../../model.ts'
import { isString, type Type } from '../../types/type.ts'
import { operandsOf } from './can-fail.ts'
import { beyondBounds } from './depth.ts'
import { ASSUMED_SIZE, larger, levelsOf, type Size, saturated, scalarsIn, sizeByType, textsIn } from './sizes.ts'

type Tables = Pick<Model, 'typeOf' | 'referenceOf'>

export interface Cost {
  readonly steps: number
  /** The largest number of input or constant texts that `+` concatenates into one. */
  readonly texts: number
}

export const COST_LIMIT = 1_000_000
export const TEXTS_LIMIT = 32
const OPERATIONS_A_STEP = 50

interface Measure {
  readonly operations: number
  /** The degree of `operations` as a polynomial in the sizes of the input. */
  readonly degree: number
  readonly size: Size
  readonly texts: number
}

/** The variables of which more is known than the size that their type implies. */
type Sizes = ReadonlyMap<string, Size>

const NO_SIZES: Sizes = new Map()
const NOTHING: Measure = { operations: 0, degree: 0, size: [], texts: 0 }

interface DefMeasure {
  readonly body: Measure
  readonly ofLargest: Measure
}

const defs = new WeakMap<Def, DefMeasure>()

export function costOf(expression: Expression, tables: Tables): Cost {
  const { operations, texts } = measure(expression, NO_SIZES, tables)
  return { steps: stepsOf(operations), texts }
}

function stepsOf(operations: number): number {
  return Math.floor(operations / OPERATIONS_A_STEP)
}

function measure(expression: Expression, sizes: Sizes, tables: Tables): Measure {
  switch (expression.kind) {
    case 'Identifier':
      return { ...NOTHING, size: sizeOfName(expression, sizes, tables) }
    case 'BoolLiteral':
    case 'IntLiteral':
    case 'DoubleLiteral':
    case 'StringLiteral':
      return { ...NOTHING, size: sizeByType(tables.typeOf(expression)) }
    case 'Comprehension':
      return comprehension(expression, sizes, tables)
    case 'Call':
      return call(expression, sizes, tables)
    case 'Binary':
      return binary(expression, sizes, tables)
    default:
      return operation(expression, sizes, tables)
  }
}

function sizeOfName(expression: Expression & { readonly kind: 'Identifier' }, sizes: Sizes, tables: Tables): Size {
  const known = tables.referenceOf(expression).kind === 'variable' ? sizes.get(expression.name) : undefined
  return known ?? sizeByType(tables.typeOf(expression))
}

/** Measures an operation whose cost does not depend on the size of its operands. */
function operation(expression: Expression, sizes: Sizes, tables: Tables): Measure {
  const parts = childrenOf(expression).filter(isExpression)
  const measures = parts.map((part) => measure(part, sizes, tables))
  const own = (operations: number, size: Size): Measure => ({ operations, degree: 0, size, texts: 0 })
  const type = tables.typeOf(expression)
  switch (expression.kind) {
    case 'ListLiteral':
      return sum(own(expression.elements.length, holding(measures, type)), measures)
    case 'MapLiteral':
      // Keys and values alternate.
      return sum(
        own(
          expression.entries.length,
          holding(
            measures.filter((_, at) => at % 2 === 1),
            type,
          ),
        ),
        measures,
      )
    case 'Index':
    case 'OptionalIndex':
      return sum(own(1, measures[0]?.size.slice(1) ?? []), measures)
    case 'Member':
    case 'OptionalMember':
      return sum(
        own(1, holdsEntries(expression.object, tables) ? (measures[0]?.size.slice(1) ?? []) : sizeByType(type)),
        measures,
      )
    case 'Conditional':
      return sum(own(1, larger(measures[1]?.size ?? [], measures[2]?.size ?? [])), measures)
    default:
      return sum(own(1, sizeByType(type)), measures)
  }
}

/** Whether a field is a map's entry, which may be a computed value. A record's field is always input. */
function holdsEntries(object: Expression, { typeOf }: Tables): boolean {
  const type = typeOf(object)
  return (type.kind === 'optional' ? type.value : type).kind === 'map'
}

/** Returns the size of a collection literal. */
function holding(elements: readonly Measure[], type: Type): Size {
  if (elements.length === 0) return [0, ...sizeByType(type).slice(1)]
  return [elements.length, ...elements.map(({ size }) => size).reduce(larger)]
}

/** Adds the costs of other measures to the first, and keeps its size. */
function sum(first: Measure, others: readonly Measure[]): Measure {
  let { operations, degree, texts } = first
  for (const other of others) {
    operations = saturated(operations + other.operations)
    degree = Math.max(degree, other.degree)
    texts = Math.max(texts, other.texts)
  }
  return { size: first.size, operations, degree, texts }
}

function comprehension(expression: Comprehension, sizes: Sizes, tables: Tables): Measure {
  const { macro, variable, range, filter, body } = expression
  const all = measure(range, sizes, tables)
  const { kind } = tables.typeOf(range)
  const [rounds = 0, ...element] = macro === 'optMap' ? [1, ...all.size] : all.size
  const inside = new Map(sizes).set(variable.text, kind === 'map' ? [1] : element)
  const each = [measure(body, inside, tables), ...(filter === null ? [] : [measure(filter, inside, tables)])]
  const inner = sum(NOTHING, each)
  const result = each[0]?.size ?? []
  // An optional has at most one value, and iterating over it costs no more than a call.
  if (macro === 'optMap') return sum({ ...NOTHING, operations: 1, size: result }, [all, inner])
  const operations = saturated(rounds * Math.max(1, stepsOf(inner.operations)) * OPERATIONS_A_STEP)
  const size = macro === 'map' ? [rounds, ...result] : macro === 'filter' ? [rounds, ...(kind === 'map' ? [1] : element)] : []
  return sum({ operations: operations + 1, degree: inner.degree + 1, size, texts: inner.texts }, [all])
}

function binary(expression: Binary, sizes: Sizes, tables: Tables): Measure {
  const [left, right] = [measure(expression.left, sizes, tables), measure(expression.right, sizes, tables)]
  return sum(operatorOn(expression, left.size, right.size, tables), [left, right])
}

function operatorOn({ operator, left, right }: Binary, a: Size, b: Size, tables: Tables): Measure {
  const [typeA, typeB] = [tables.typeOf(left), tables.typeOf(right)]
  switch (operator) {
    case 'in':
      // A lookup in a set or map is one operation.
      return typeB.kind === 'list' ? through(right, scalarsIn(b, typeB), levelsOf(typeB)) : { ...NOTHING, operations: 1 }
    case '==':
    case '!=': {
      const levels = levelsOf(typeB)
      if (levels === 0) return { ...NOTHING, operations: 1 }
      // Collections of different sizes are unequal, which takes one comparison.
      return through(isShort(left) ? left : right, Math.min(scalarsIn(a, typeA), scalarsIn(b, typeB)), levels)
    }
    case '+':
      if (typeB.kind === 'list') {
        const [ofA = 0, ofB = 0] = [a[0], b[0]]
        const size = [ofA + ofB, ...larger(a.slice(1), b.slice(1))]
        return { ...sum(NOTHING, [through(left, ofA, 1), through(right, ofB, 1)]), size }
      }
      if (isString(typeB)) return puttingTogether(textsIn(a, typeA) + textsIn(b, typeB))
      return { ...NOTHING, operations: 1 }
    default:
      return { ...NOTHING, operations: 1 }
  }
}

function puttingTogether(texts: number): Measure {
  return { operations: 1, degree: 0, size: [saturated(texts)], texts }
}

function call(expression: Call, sizes: Sizes, tables: Tables): Measure {
  const reference = tables.referenceOf(expression)
  if (reference.kind === 'def') return callOfDef(expression, reference.def, sizes, tables)
  const own: Measure = { ...NOTHING, operations: 1, size: sizeByType(tables.typeOf(expression)) }
  // Nothing is known about a call that was a mistake.
  if (reference.kind !== 'builtin') return own
  const operands = operandsOf(expression, reference.id)
  const measures = operands.map((operand) => measure(operand, sizes, tables))
  switch (reference.id) {
    case 'optional.orValue':
      return sum({ ...own, size: measures.map(({ size }) => size).reduce(larger, []) }, measures)
    case 'string.replace':
      return sum(own, measures)
    case 'string.split':
      return sum({ ...own, size: [own.size[0] ?? 0, ...(measures[0]?.size ?? [])] }, measures)
  }
  // These built-ins return a text no longer than their operand.
  if (reference.id === 'string(string)' || (isString(tables.typeOf(expression)) && reference.id.startsWith('string.')))
    return sum({ ...own, size: measures[0]?.size ?? [] }, measures)
  if (!/^sets\.|^list\.join$|\(list<(?:int|double)>\)$/.test(reference.id)) return sum(own, measures)
  const lists = operands.flatMap((operand, at) => {
    const type = tables.typeOf(operand)
    return levelsOf(type) === 0 ? [] : [through(operand, scalarsIn(measures[at]?.size ?? [], type), 1)]
  })
  return sum({ ...own, operations: 0 }, [...lists, ...measures])
}

/** Measures a call of a def: the def is measured for arguments of input size and of the largest size; others are interpolated. */
function callOfDef(expression: Call, def: Def, sizes: Sizes, tables: Tables): Measure {
  const given = expression.arguments.map((argument) => measure(argument, sizes, tables))
  const { body, ofLargest } = measureOfDef(def, tables)
  let [elements, texts] = [1, 1]
  for (const [at, { type }] of def.params.entries()) {
    const size = given[at]?.size ?? []
    for (const [level, assumed] of sizeByType(type).entries()) {
      const ratio = (size[level] ?? 0) / assumed
      if (level < levelsOf(type)) elements = Math.max(elements, ratio)
      else texts = Math.max(texts, ratio)
    }
  }
  const levels = levelsOf(def.result)
  const size = body.size.map((count, level) =>
    level < levels
      ? between(count, ofLargest.size[level] ?? 0, elements, LARGEST_RATIO)
      : between(count, ofLargest.size[level] ?? 0, texts, TEXTS_LIMIT),
  )
  const scaled: Measure = {
    operations: saturated(Math.ceil(body.operations * elements ** body.degree)) + 1,
    degree: body.degree,
    size,
    texts: between(body.texts, ofLargest.texts, texts, TEXTS_LIMIT),
  }
  return sum(scaled, given)
}

/** Returns the linear interpolation, an upper bound: sizes are sums and maxima, so they are convex. */
function between(atOne: number, atLargest: number, ratio: number, largest: number): number {
  return saturated(Math.ceil(atOne + ((atLargest - atOne) * (ratio - 1)) / (largest - 1)))
}

/** A collection that a policy enlarges by more than this factor exceeds every bound. */
const LARGEST_RATIO = COST_LIMIT / ASSUMED_SIZE

function measureOfDef(def: Def, tables: Tables): DefMeasure {
  const known = defs.get(def)
  if (known !== undefined) return known
  const largest = def.params.map(({ name, type }): [string, Size] => {
    const levels = levelsOf(type)
    return [name, sizeByType(type).map((size, level) => size * (level < levels ? LARGEST_RATIO : TEXTS_LIMIT))]
  })
  const body = measure(def.body, NO_SIZES, tables)
  const counted = {
    body: beyondBounds.has(def.body) ? { ...body, operations: Number.NaN, texts: Number.NaN } : body,
    ofLargest: measure(def.body, new Map(largest), tables),
  }
  defs.set(def, counted)
  return counted
}

/** Measures iterating over a collection. A literal costs operations, as its size is known and small. */
function through(collection: Expression, elements: number, degree: number): Measure {
  if (isShort(collection)) return { ...NOTHING, operations: elements, degree }
  return { ...NOTHING, operations: saturated(elements * OPERATIONS_A_STEP) + 1, degree }
}

function isShort(expression: Expression): boolean {
  return expression.kind === 'ListLiteral' || expression.kind === 'MapLiteral'
}
