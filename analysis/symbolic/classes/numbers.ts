import type { ConstValue } from '../../../compiler/ir/index.ts'
import type { Type } from '../../../language/checker/types/type.ts'

/** A set of values that pass the same tests, represented by an example. */
export interface ValueClass {
  readonly example: ConstValue
  /** Whether the class has only one value. */
  readonly single: boolean
}

/** A step that people would write, and the smallest one. */
interface Scale {
  readonly step: number | bigint
  readonly least: number | bigint | null
  readonly range: readonly [number | bigint, number | bigint]
  readonly zero: number | bigint
}

const MOST_INT = Number.MAX_SAFE_INTEGER
const SECOND = 1_000_000_000n
const MOST_DURATION = 315_576_000_000n * SECOND
/** From year 1 to year 9999. */
const TIMES = [-62_135_596_800n * SECOND, 253_402_300_800n * SECOND - 1n] as const

const SCALES: Readonly<Partial<Record<Type['kind'], Scale>>> = {
  int: { step: 1, least: 1, range: [-MOST_INT, MOST_INT], zero: 0 },
  double: { step: 1, least: null, range: [-Number.MAX_VALUE, Number.MAX_VALUE], zero: 0 },
  // Requests and credentials have milliseconds.
  timestamp: { step: 1_000_000n, least: 1n, range: TIMES, zero: 1_767_268_800n * SECOND },
  duration: { step: 1_000_000n, least: 1n, range: [-MOST_DURATION, MOST_DURATION], zero: 0n },
}

/**
 * Partitions numbers or times around some constants. The classes, in ascending order, are each constant, and each interval
 * between, below and above them.
 */
export function numbersAround(
  { kind }: Type,
  constants: readonly ConstValue[],
  within?: readonly [ConstValue, ConstValue],
): readonly ValueClass[] {
  const scale = SCALES[kind]
  if (scale === undefined) throw new Error(`a ${kind} is no number`)
  const [from, to] = (within ?? scale.range) as Scale['range']
  const points = (constants as (number | bigint)[])
    .filter((point) => point >= from && point <= to)
    .sort((a, b) => (a < b ? -1 : 1))
  if (points.length === 0) return [{ example: scale.zero >= from && scale.zero <= to ? scale.zero : from, single: false }]
  const classes: ValueClass[] = []
  const first = points[0] as number | bigint
  if (first > from)
    classes.push({
      example: most(minus(first, scale.step), from),
      single: scale.least !== null && minus(first, scale.least) === from,
    })
  for (const [at, point] of points.entries()) {
    classes.push({ example: point, single: true })
    const next = points[at + 1]
    const gap = next === undefined ? above(point, to, scale) : between(point, next, scale)
    if (gap !== null) classes.push(gap)
  }
  return classes
}

function above(point: number | bigint, to: number | bigint, { step, least }: Scale): ValueClass | null {
  if (point >= to) return null
  const example = plus(point, step)
  return { example: example > to ? to : example, single: least !== null && plus(point, least) === to }
}

function between(a: number | bigint, b: number | bigint, { step, least }: Scale): ValueClass | null {
  if (least !== null && plus(a, least) === b) return null
  const next = plus(a, step)
  const example = next < b ? next : least === null ? (a as number) + ((b as number) - (a as number)) / 2 : plus(a, least)
  if (example === a || example === b) return null
  return { example, single: least !== null && plus(plus(a, least), least) === b }
}

function plus(a: number | bigint, b: number | bigint): number | bigint {
  const sum = (a as number) + (b as number)
  // Beyond 2⁵³, adding one to a double changes nothing.
  return sum === a ? a + Math.abs(a) * Number.EPSILON : sum
}

function minus(a: number | bigint, b: number | bigint): number | bigint {
  const rest = (a as number) - (b as number)
  return rest === a ? a - Math.abs(a) * Number.EPSILON : rest
}

function most(a: number | bigint, b: number | bigint): number | bigint {
  return a > b ? a : b
}
