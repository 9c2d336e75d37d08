/** The range of an int expression, as far as its parts imply it. */
import type { OverloadId } from '../../language/builtins/index.ts'
import { TIMESTAMP_PARTS } from '../../language/builtins/timestamp-parts.ts'
import type { Arithmetic, Call, Expr } from './expression.ts'

/** A range of ints; both bounds are inclusive. */
export interface IntRange {
  readonly least: number
  readonly most: number
}

const ALL: IntRange = { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER }
/** The maximum size of JavaScript's arrays, texts, sets and maps. */
const SIZE: IntRange = { least: 0, most: 2 ** 32 - 1 }

/** Returns a range that contains all possible values of an int expression. */
export function rangeOf(expression: Expr): IntRange {
  switch (expression.kind) {
    case 'Const':
      return typeof expression.value === 'number' ? { least: expression.value, most: expression.value } : ALL
    case 'Arithmetic':
    case 'Negate':
    case 'Conditional':
    case 'Call':
    case 'Let':
    case 'Shared': {
      const known = ranges.get(expression)
      if (known !== undefined) return known
      const range = worked(expression)
      ranges.set(expression, range)
      return range
    }
    default:
      return ALL
  }
}

const ranges = new WeakMap<Expr, IntRange>()

function worked(
  expression: Extract<Expr, { kind: 'Arithmetic' | 'Negate' | 'Conditional' | 'Call' | 'Let' | 'Shared' }>,
): IntRange {
  switch (expression.kind) {
    case 'Arithmetic': {
      const { least, most } = resultsOf(expression)
      return { least: Math.max(least, ALL.least), most: Math.min(most, ALL.most) }
    }
    case 'Negate': {
      const { least, most } = rangeOf(expression.operand)
      return { least: 0 - most, most: 0 - least }
    }
    case 'Conditional':
      return either([expression.then, expression.otherwise].map(rangeOf))
    case 'Call':
      return ofCall(expression)
    case 'Let':
      return rangeOf(expression.body)
    case 'Shared':
      return rangeOf(expression.value)
  }
}

/**
 * Returns whether the result of an arithmetic operation on ints is always within the range of int, so that it cannot err.
 * Rounding never moves a result from outside the range into it.
 */
export function staysInt({ operator, left, right }: Pick<Arithmetic, 'operator' | 'left' | 'right'>): boolean {
  const { least, most } = resultsOf({ operator, left, right })
  return least >= ALL.least && most <= ALL.most
}

/** Returns the range before the check for overflow. */
function resultsOf({ operator, left, right }: Pick<Arithmetic, 'operator' | 'left' | 'right'>): IntRange {
  const [a, b] = [rangeOf(left), rangeOf(right)]
  switch (operator) {
    case '+':
      return { least: a.least + b.least, most: a.most + b.most }
    case '-':
      return { least: a.least - b.most, most: a.most - b.least }
    case '*': {
      const corners = [a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most]
      return { least: Math.min(...corners), most: Math.max(...corners) }
    }
    case '/':
    case '%':
      return right.kind === 'Const' && right.value !== 0 ? divided(operator, a, Math.abs(b.least)) : NOTHING_KNOWN
  }
}

const NOTHING_KNOWN: IntRange = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }

/** Divides by a constant, whose sign does not matter. A remainder has the dividend's sign. */
function divided(operator: '/' | '%', { least, most }: IntRange, by: number): IntRange {
  if (operator === '%') return { least: least < 0 ? Math.max(least, 1 - by) : 0, most: most > 0 ? Math.min(most, by - 1) : 0 }
  const furthest = Math.trunc(Math.max(Math.abs(least), Math.abs(most)) / by)
  return { least: 0 - furthest, most: furthest }
}

function either(some: readonly IntRange[]): IntRange {
  return { least: Math.min(...some.map(({ least }) => least)), most: Math.max(...some.map(({ most }) => most)) }
}

function ofCall({ id, operands }: Call): IntRange {
  const known = OF_CALLS[id]
  if (known !== undefined) return known
  const part = TIMESTAMP_PARTS[id]
  if (part !== undefined) return { least: part[0], most: part[1] }
  const ofOperands = () => operands.map(rangeOf)
  switch (id) {
    case 'math.abs(int)': {
      const [{ least, most } = ALL] = ofOperands()
      return { least: 0, most: Math.max(Math.abs(least), Math.abs(most)) }
    }
    case 'math.greatest(int)':
      return { ...either(ofOperands()), least: Math.max(...ofOperands().map(({ least }) => least)) }
    case 'math.least(int)':
      return { ...either(ofOperands()), most: Math.min(...ofOperands().map(({ most }) => most)) }
    default:
      return ALL
  }
}

const OF_CALLS: { readonly [id in OverloadId]?: IntRange } = {
  'list.size': SIZE,
  'size(list)': SIZE,
  'set.size': SIZE,
  'size(set)': SIZE,
  'map.size': SIZE,
  'size(map)': SIZE,
  'string.size': SIZE,
  'size(string)': SIZE,
  'string.indexOf': { least: -1, most: SIZE.most },
  'string.lastIndexOf': { least: -1, most: SIZE.most },
  'ip.family': { least: 4, most: 6 },
  'cidr.prefixLength': { least: 0, most: 128 },
  'math.sign(int)': { least: -1, most: 1 },
}
