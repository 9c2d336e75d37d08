import { evaluateCall } from '../../../compiler/ir/evaluation/evaluate-call.ts'
import type { ConstValue } from '../../../compiler/ir/index.ts'
import type { Type } from '../../../language/checker/types/type.ts'
import type { TermTest } from '../symbolic-domain.ts'
import { addressAt, endsOf, positionOf } from './addresses.ts'
import { numbersAround, type ValueClass } from './numbers.ts'
import { textClasses } from './texts/text-classes.ts'
import type { TextTest } from './texts/text-test.ts'

/** The possible values of a term. */
export interface TermDomain {
  /** All possible texts, if they are a few known ones, such as the methods of a route. Absent otherwise. */
  readonly values?: readonly string[]
  /** A pattern that texts must match. */
  readonly pattern?: string
  /** Minimum and maximum of a number, both inclusive. Absent for other types. */
  readonly range?: readonly [ConstValue, ConstValue]
}

/**
 * Partitions the values of a type into classes whose values pass the same tests, with an example for each. Classes of numbers and
 * times are in ascending order.
 *
 * @throws `TooManyTextsError` if there are more than `most` classes
 */
export function classesOf(type: Type, tests: readonly TermTest[], domain: TermDomain, most?: number): readonly ValueClass[] {
  if (type.kind === 'literals') return type.values.map((example) => ({ example, single: true }))
  if (domain.values !== undefined) return domain.values.map((example) => ({ example, single: true }))
  switch (type.kind) {
    case 'string':
      return textsOf(tests, domain, most)
    case 'cidr':
      return rangesOf(tests)
    case 'ip':
      return addressesOf(tests)
    default:
      return numbersAround(type, constantsIn(tests), domain.range)
  }
}

/** Returns whether a value passes a test. */
export function holdsOf(test: TermTest, value: ConstValue): boolean {
  switch (test.kind) {
    case 'equal':
      return test.value === value
    case 'less':
      return isLess(value, test.value)
    case 'range':
      return evaluateCall('cidr.containsIP(ip)', [test.range, value]) === true
    case 'text':
      return textHolds(test.test, value as string)
  }
}

/** Returns whether `a` is less than `b`. Texts are ordered by code points. */
export function isLess(a: ConstValue, b: ConstValue): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return (a as number) < (b as number)
  const [left, right] = [Array.from(a), Array.from(b)]
  for (let at = 0; at < right.length; at++) {
    const [one, other] = [left[at]?.codePointAt(0) ?? -1, right[at]?.codePointAt(0) as number]
    if (one !== other) return one < other
  }
  return false
}

function textHolds(test: TextTest, text: string): boolean {
  switch (test.kind) {
    case 'equals':
      return text === test.text
    case 'starts':
      return text.startsWith(test.text)
    case 'ends':
      return text.endsWith(test.text)
    case 'contains':
      return text.includes(test.text)
    case 'before':
      return isLess(text, test.text)
    case 'matches':
      return evaluateCall('string.matches', [text, test.pattern]) === true
  }
}

function textsOf(tests: readonly TermTest[], { pattern }: TermDomain, most?: number): readonly ValueClass[] {
  const asked = tests.map((test): TextTest => {
    if (test.kind === 'text') return test.test
    return { kind: test.kind === 'equal' ? 'equals' : 'before', text: (test as { value: string }).value }
  })
  const all = pattern === undefined ? asked : [...asked, { kind: 'matches' as const, pattern }]
  return textClasses(all, most)
    .filter(({ holds }) => pattern === undefined || holds.includes(asked.length))
    .map(({ holds, example }) => ({ example, single: holds.some((at) => asked[at]?.kind === 'equals') }))
}

function constantsIn(tests: readonly TermTest[]): readonly ConstValue[] {
  return [...new Set(tests.flatMap((test) => (test.kind === 'equal' || test.kind === 'less' ? [test.value] : [])))]
}

function rangesOf(tests: readonly TermTest[]): readonly ValueClass[] {
  const constants = constantsIn(tests)
  const other = Array.from({ length: constants.length + 1 }, (_, at) => `198.51.${at % 256}.0/24`).find(
    (one) => !constants.includes(one),
  )
  return [...constants.map((example) => ({ example, single: true })), { example: other ?? '198.51.100.0/25', single: false }]
}

/** One class for each interval between the ends of ranges. */
function addressesOf(tests: readonly TermTest[]): readonly ValueClass[] {
  const cuts = new Set([0n])
  const points = new Set<bigint>()
  for (const test of tests) {
    if (test.kind === 'equal') {
      const at = positionOf(test.value as string)
      points.add(at)
      cuts.add(at).add(at + 1n)
    } else if (test.kind === 'range') {
      const [first, last] = endsOf(test.range)
      cuts.add(first).add(last + 1n)
    }
  }
  return [...cuts]
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((at) => {
      const example = addressAt(at)
      return example === null ? [] : [{ example, single: points.has(at) }]
    })
}
