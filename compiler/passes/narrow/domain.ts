import type { CompareOperator, ConstValue } from '../../ir/index.ts'
import type { Asks } from './predicate.ts'

/** The possible values of a tested expression, given the results of earlier tests. Immutable. */
export interface ValueDomain {
  /** Possible values; null if unrestricted. */
  readonly allowed: ReadonlySet<ConstValue> | null
  readonly excluded: ReadonlySet<ConstValue>
  /** Lower bound, inclusive; null if there is none. */
  readonly least: number | bigint | null
  readonly most: number | bigint | null
  /** A prefix that the text certainly has; empty if none is known. */
  readonly prefix: string
  /** Bit masks of roles. The caller has at least one role of each mask in `some`, and no role of `none`. */
  readonly some: readonly number[]
  readonly none: number
}

export const ANYTHING: ValueDomain = {
  allowed: null,
  excluded: new Set(),
  least: null,
  most: null,
  prefix: '',
  some: [],
  none: 0,
}

/** Returns the result of a test if it is the same for all possible values; else null. */
export function answerOf({ allowed, excluded, least, most, prefix, some, none }: ValueDomain, asks: Asks): boolean | null {
  if (asks.kind === 'roles') {
    if (some.some((mask) => (mask & ~none & ~asks.mask) === 0)) return true
    return (asks.mask & ~none) === 0 ? false : null
  }
  if (allowed !== null) return agreed([...allowed].map((value) => answer(asks, value)))
  switch (asks.kind) {
    case 'among': {
      if (least !== null && least === most) return asks.values.has(least)
      const possible = (value: ConstValue) =>
        !excluded.has(value) &&
        !(least !== null && (value as number | bigint) < least) &&
        !(most !== null && (value as number | bigint) > most) &&
        (prefix === '' || String(value).startsWith(prefix))
      return [...asks.values].some(possible) ? null : false
    }
    case 'order':
      return ofBounds(asks.operator, asks.than, least, most)
    case 'starts':
      if (prefix.startsWith(asks.text)) return true
      return asks.text.startsWith(prefix) ? null : false
    case 'contains':
      return prefix.includes(asks.text) ? true : null
    case 'ends':
      return null
  }
}

function agreed(answers: readonly boolean[]): boolean | null {
  const [first] = answers
  return first !== undefined && answers.every((one) => one === first) ? first : null
}

/** Returns the answer for a known value. */
function answer(asks: Exclude<Asks, { kind: 'roles' }>, value: ConstValue): boolean {
  switch (asks.kind) {
    case 'among':
      return asks.values.has(value)
    case 'order':
      return compare(asks.operator, value as number | bigint, asks.than)
    case 'starts':
      return String(value).startsWith(asks.text)
    case 'ends':
      return String(value).endsWith(asks.text)
    case 'contains':
      return String(value).includes(asks.text)
  }
}

function compare(operator: CompareOperator, left: number | bigint, right: number | bigint): boolean {
  switch (operator) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}

function ofBounds(
  operator: CompareOperator,
  than: number | bigint,
  least: number | bigint | null,
  most: number | bigint | null,
): boolean | null {
  const answers = [least, most].map((bound) => (bound === null ? null : compare(operator, bound, than)))
  // For an upward test, an answer true of the least value is true of all, and so on.
  const [ofLeast, ofMost] = answers as [boolean | null, boolean | null]
  const upward = operator === '>' || operator === '>='
  if ((upward ? ofLeast : ofMost) === true) return true
  return (upward ? ofMost : ofLeast) === false ? false : null
}

/** Returns the possible values after a test with the given result. */
export function learnt(domain: ValueDomain, asks: Asks, answered: boolean): ValueDomain {
  if (domain.allowed !== null && asks.kind !== 'roles') {
    const left = [...domain.allowed].filter((value) => answer(asks, value) === answered)
    return { ...domain, allowed: new Set(left) }
  }
  switch (asks.kind) {
    case 'among':
      if (asks.values.size + domain.excluded.size > MANY) return domain
      return answered ? amongThese(domain, asks.values) : { ...domain, excluded: new Set([...domain.excluded, ...asks.values]) }
    case 'order':
      return bounded(domain, answered ? asks.operator : OPPOSITE[asks.operator], asks.than)
    case 'starts':
      return answered && asks.text.length > domain.prefix.length ? { ...domain, prefix: asks.text } : domain
    case 'roles':
      return answered ? { ...domain, some: [...domain.some, asks.mask] } : { ...domain, none: domain.none | asks.mask }
    default:
      return domain
  }
}

/** Domains of more values are dropped: searching them costs more than it saves. */
const MANY = 64

const OPPOSITE = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const satisfies Record<CompareOperator, CompareOperator>

function amongThese(domain: ValueDomain, values: ReadonlySet<ConstValue>): ValueDomain {
  const both = [...values].filter((value) => !domain.excluded.has(value))
  return { ...domain, allowed: new Set(both) }
}

function bounded(domain: ValueDomain, operator: CompareOperator, than: number | bigint): ValueDomain {
  const next = (by: 1 | -1) => (typeof than === 'bigint' ? than + BigInt(by) : than + by)
  switch (operator) {
    case '<':
      return { ...domain, most: lower(domain.most, next(-1)) }
    case '<=':
      return { ...domain, most: lower(domain.most, than) }
    case '>':
      return { ...domain, least: higher(domain.least, next(1)) }
    case '>=':
      return { ...domain, least: higher(domain.least, than) }
  }
}

function lower(one: number | bigint | null, other: number | bigint): number | bigint {
  return one !== null && one < other ? one : other
}

function higher(one: number | bigint | null, other: number | bigint): number | bigint {
  return one !== null && one > other ? one : other
}
