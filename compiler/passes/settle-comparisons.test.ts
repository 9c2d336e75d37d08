import { describe, expect, test } from 'vitest'
import { INT, STRING, type Type } from '../../language/checker/types/type.ts'
import * as build from '../ir/build.ts'
import type { Expr } from '../ir/index.ts'
import { before, passOn } from './pass-test-policy.ts'
import { settleComparisons } from './settle-comparisons.ts'

const { and, arithmetic, call, compare, conditional, constant, equal, negate, not, or, within } = build
const NAMES: Type = { kind: 'set', element: STRING }
const int = (value: number) => constant(value, INT)
const among = (of: Expr, ...values: number[]) => within(of, build.collect(values.map(int), { kind: 'set', element: INT }))
const n = build.callerField('n', INT)
const x = build.callerField('x', { kind: 'bool' })
const size = call('set.size', [build.callerField('n', NAMES)], INT)
const hour = call('timestamp.getHours', [build.requestField('time')], INT)
const month = call('timestamp.getMonth', [build.requestField('time')], INT)
const tier = (...values: string[]) => build.callerField('n', { kind: 'literals', values })
const isIn = (of: Expr, ...values: string[]) =>
  within(
    of,
    build.collect(
      values.map((value) => constant(value, STRING)),
      NAMES,
    ),
  )
/** Of texts that are no hours. */
const unsure = call('timestamp.getHours', [build.requestField('time'), build.requestField('path')], INT)
const MOST = Number.MAX_SAFE_INTEGER

/** What is left of a test. */
function settled(expression: Expr): string {
  return (passOn(before(expression), settleComparisons)[0] ?? '').replace('2 permit rule ', '')
}

describe('what a value cannot be', () => {
  test.each<[string, Expr, string]>([
    ['a size is none below 0', compare('>=', size, int(0)), 'true'],
    ['nor equal to that', equal(size, int(-1)), 'false'],
    ['but may be 0', compare('>', size, int(0)), '(> (set.size caller.n) 0)'],
    ['an hour ends at 23', compare('<', hour, int(24)), 'true'],
    ['and may be 23', compare('<', hour, int(23)), '(< (timestamp.getHours request.time) 23)'],
    ['a month is counted from 0', among(month, 12, 13), 'false'],
    ['one of several may be', among(month, 11, 12), '(in (timestamp.getMonth request.time) (set 11 12))'],
    ['minutes of a day', compare('>=', arithmetic('*', hour, int(60)), int(1_381)), 'false'],
    ['a remainder', compare('<', arithmetic('%', n, int(10)), int(10)), 'true'],
    ['by something below 0 as well', compare('>', arithmetic('%', n, int(-10)), int(-10)), 'true'],
    ['a quotient', compare('<=', arithmetic('/', n, int(2)), int((MOST - 1) / 2)), 'true'],
    ['the other sign', compare('<=', negate(size), int(0)), 'true'],
    ['without a sign', compare('<', call('math.abs(int)', [n], INT), int(0)), 'false'],
    ['the greatest', compare('>=', call('math.greatest(int)', [n, hour, int(3)], INT), int(3)), 'true'],
    ['the least', compare('<=', call('math.least(int)', [n, hour], INT), int(23)), 'true'],
    ['whatever is chosen', compare('<', conditional(x, hour, month, INT), int(24)), 'true'],
    ['an int ends somewhere', compare('<=', n, int(MOST)), 'true'],
    ['and before that does not', compare('<', n, int(MOST)), `(< caller.n ${MOST})`],
    ['all literals', isIn(tier('gold', 'plain'), 'plain', 'gold', 'other'), 'true'],
    ['some of them', isIn(tier('gold', 'new', 'plain'), 'gold', 'new'), '(in caller.n (set "gold" "new"))'],
    ['no literal', equal(tier('gold', 'plain'), constant('x', STRING)), 'false'],
  ])('%s', (_, expression, after) => expect(settled(expression)).toBe(after))
})

test('what may err is asked', () => {
  expect(settled(compare('>=', unsure, int(0)))).toBe('(>= (timestamp.getHours! request.time request.path) 0)')
  const sum = arithmetic('+', n, int(1))
  expect(settled(compare('<=', sum, int(MOST)))).toBe(`(<= (+! caller.n 1) ${MOST})`)
})

test('in whatever it stands', () => {
  const always = compare('>=', size, int(0))
  expect(settled(and(x, not(always), or(x, always)))).toBe('(&& caller.x (! true) (|| caller.x true))')
})

test('arithmetic that stays within ints cannot err', () => {
  const minutes = arithmetic('+', arithmetic('*', hour, int(60)), call('timestamp.getMinutes', [build.requestField('time')], INT))
  expect(
    [minutes, arithmetic('-', size, size), arithmetic('%', n, int(3)), arithmetic('*', negate(hour), hour)].map(
      ({ fails }) => fails,
    ),
  ).toEqual([false, false, false, false])
  expect(
    [
      arithmetic('+', n, int(1)),
      arithmetic('*', size, size),
      arithmetic('%', n, n),
      arithmetic('/', n, int(0)),
      arithmetic('+', int(MOST), month),
      arithmetic('-', int(1 - MOST), hour),
    ].map(({ fails }) => fails),
  ).toEqual([true, true, true, true, true, true])
})
