/**
 * What an expression costs, from its text alone (`spec/language/conditions.md`, "Cost"): rounds of comprehensions and elements gone
 * through are steps, fifty other operations are one.
 */
import type { Binary, Call, Comprehension, Expression } from '../../../syntax/ast.ts'
import { childrenOf, isExpression } from '../../../syntax/children.ts'
import type { Def, Model } from '../../model.ts'
import type { Type } from '../../types/type.ts'

type Tables = Pick<Model, 'typeOf' | 'referenceOf'>

interface Cost {
  readonly steps: number
  /** Those that are not steps. */
  readonly operations: number
}

export const COST_LIMIT = 1_000_000
/** How many elements a collection is taken to have of which the text does not say it. */
const ASSUMED_SIZE = 1_000
const OPERATIONS_A_STEP = 50

const defs = new WeakMap<Def, number>()

/** Steps. */
export function costOf(expression: Expression, tables: Tables): number {
  return total(cost(expression, tables))
}

function total({ steps, operations }: Cost): number {
  return steps + Math.floor(operations / OPERATIONS_A_STEP)
}

function cost(expression: Expression, tables: Tables): Cost {
  if (expression.kind === 'Comprehension') return comprehension(expression, tables)
  let { steps, operations } = own(expression, tables)
  for (const child of childrenOf(expression)) {
    if (!isExpression(child)) continue
    const inner = cost(child, tables)
    steps += inner.steps
    operations += inner.operations
  }
  return { steps, operations }
}

function comprehension({ macro, range, filter, body }: Comprehension, tables: Tables): Cost {
  const { steps, operations } = cost(range, tables)
  const inner = total(cost(body, tables)) + (filter === null ? 0 : total(cost(filter, tables)))
  // An optional has one value at most, and going through it is no more than a call.
  const rounds = macro === 'optMap' ? inner : sizeOf(range, tables) * Math.max(1, inner)
  return { steps: steps + rounds, operations: operations + 1 }
}

/** What an operation costs beside its operands. */
function own(expression: Expression, tables: Tables): Cost {
  switch (expression.kind) {
    case 'BoolLiteral':
    case 'IntLiteral':
    case 'DoubleLiteral':
    case 'StringLiteral':
    case 'Identifier':
      return { steps: 0, operations: 0 }
    case 'ListLiteral':
      return { steps: 0, operations: expression.elements.length }
    case 'MapLiteral':
      return { steps: 0, operations: expression.entries.length }
    case 'Binary':
      return binary(expression, tables)
    case 'Call':
      return call(expression, tables)
    default:
      return { steps: 0, operations: 1 }
  }
}

function binary({ operator, left, right }: Binary, tables: Tables): Cost {
  const type = tables.typeOf(right)
  switch (operator) {
    case 'in':
      // A set and a map are asked at once.
      if (type.kind !== 'list') return { steps: 0, operations: 1 }
      return through(right, Math.max(1, depthOf(type.element)), tables)
    case '==':
    case '!=':
      if (depthOf(type) === 0) return { steps: 0, operations: 1 }
      return through(isShort(left) ? left : right, Math.max(1, depthOf(type) / ASSUMED_SIZE), tables)
    case '+':
      if (type.kind !== 'list') return { steps: 0, operations: 1 }
      return sum(through(left, 1, tables), through(right, 1, tables))
    default:
      return { steps: 0, operations: 1 }
  }
}

function call(expression: Call, tables: Tables): Cost {
  const reference = tables.referenceOf(expression)
  if (reference.kind === 'def') return { steps: defCost(reference.def, tables), operations: 1 }
  if (reference.kind !== 'builtin' || !/^sets\.|^list\.join$|\(list<(?:int|double)>\)$/.test(reference.id))
    return { steps: 0, operations: 1 }
  const lists = reference.id === 'list.join' && expression.receiver !== null ? [expression.receiver] : expression.arguments
  return lists.map((list) => through(list, 1, tables)).reduce(sum)
}

function defCost(def: Def, tables: Tables): number {
  const known = defs.get(def)
  if (known !== undefined) return known
  const steps = costOf(def.body, tables)
  defs.set(def, steps)
  return steps
}

/** To go through a collection: one that is written out costs operations, as it is short and known. */
function through(collection: Expression, each: number, tables: Tables): Cost {
  const size = sizeOf(collection, tables) * each
  return isShort(collection) ? { steps: 0, operations: size } : { steps: size, operations: 1 }
}

function isShort(expression: Expression): boolean {
  return expression.kind === 'ListLiteral' || expression.kind === 'MapLiteral'
}

function sum(a: Cost, b: Cost): Cost {
  return { steps: a.steps + b.steps, operations: a.operations + b.operations }
}

/** How many scalars a comparison of two of a type goes through; 0 for a scalar. */
function depthOf(type: Type): number {
  switch (type.kind) {
    case 'list':
    case 'set':
      return ASSUMED_SIZE * Math.max(1, depthOf(type.element))
    case 'map':
      return ASSUMED_SIZE * Math.max(1, depthOf(type.value))
    case 'optional':
      return depthOf(type.value)
    default:
      return 0
  }
}

/** How many elements a collection has at most, as far as it is looked at. */
function sizeOf(expression: Expression, tables: Tables): number {
  switch (expression.kind) {
    case 'ListLiteral':
      return expression.elements.length
    case 'MapLiteral':
      return expression.entries.length
    case 'Comprehension':
      return expression.macro === 'optMap' ? ASSUMED_SIZE : sizeOf(expression.range, tables)
    case 'Conditional':
      return Math.max(sizeOf(expression.then, tables), sizeOf(expression.otherwise, tables))
    case 'Binary':
      return expression.operator === '+' ? sizeOf(expression.left, tables) + sizeOf(expression.right, tables) : ASSUMED_SIZE
    default:
      return ASSUMED_SIZE
  }
}
