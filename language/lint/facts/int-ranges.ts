/** The range of an `int` by the facts at its place. */
import type { Model } from '../../checker/model.ts'
import type { ConstantDomain } from '../../checker/rules/domain.ts'
import { writtenKey } from '../../checker/rules/written-key.ts'
import type { Binary, Expression } from '../../syntax/ast.ts'
import { rangeOf } from './values.ts'

/**
 * The possible constants of expressions by their written form (`writtenKey`), one map for each enclosing conjunction or
 * alternative.
 */
export type Bounds = readonly ReadonlyMap<string, ConstantDomain>[]

interface Ints {
  readonly from: number
  readonly to: number
}

const LARGEST = Number.MAX_SAFE_INTEGER
const ALL: Ints = { from: -LARGEST, to: LARGEST }

/** Returns whether an int operation can neither overflow nor divide by zero. */
export function staysWithin({ operator, left, right }: Binary, model: Model, bounds: Bounds): boolean {
  if (model.typeOf(left).kind !== 'int' || model.typeOf(right).kind !== 'int') return false
  const [a, b] = [intsOf(left, model, bounds), intsOf(right, model, bounds)]
  if (operator === '/' || operator === '%') return b.from > 0 || b.to < 0
  const result = combined(operator, a, b)
  return result !== null && result.from >= ALL.from && result.to <= ALL.to
}

function intsOf(expression: Expression, model: Model, bounds: Bounds): Ints {
  if (expression.kind === 'IntLiteral') return { from: expression.value, to: expression.value }
  let ints = byItself(expression, model, bounds)
  const key = writtenKey(expression)
  for (const domains of bounds) {
    const domain = domains.get(key)
    if (domain !== undefined) ints = { from: Math.max(ints.from, least(domain)), to: Math.min(ints.to, most(domain)) }
  }
  return ints
}

function byItself(expression: Expression, model: Model, bounds: Bounds): Ints {
  if (expression.kind === 'Binary') {
    const result = combined(expression.operator, intsOf(expression.left, model, bounds), intsOf(expression.right, model, bounds))
    return result === null ? ALL : { from: Math.max(result.from, ALL.from), to: Math.min(result.to, ALL.to) }
  }
  const range = rangeOf(expression, model)
  return range === null ? ALL : { from: range.from, to: Math.min(range.to, LARGEST) }
}

/** Ignores overflow; null for unsupported operators. */
function combined(operator: string, a: Ints, b: Ints): Ints | null {
  switch (operator) {
    case '+':
      return { from: a.from + b.from, to: a.to + b.to }
    case '-':
      return { from: a.from - b.to, to: a.to - b.from }
    case '*': {
      const products = [a.from * b.from, a.from * b.to, a.to * b.from, a.to * b.to]
      return { from: Math.min(...products), to: Math.max(...products) }
    }
    default:
      return null
  }
}

function least({ among, above }: ConstantDomain): number {
  if (among !== null) return Math.min(...numbers(among))
  return above === null ? ALL.from : above.inclusive ? above.value : above.value + 1
}

function most({ among, below }: ConstantDomain): number {
  if (among !== null) return Math.max(...numbers(among))
  return below === null ? ALL.to : below.inclusive ? below.value : below.value - 1
}

function numbers(among: ReadonlySet<unknown>): number[] {
  return [...among].filter((one) => typeof one === 'number')
}
