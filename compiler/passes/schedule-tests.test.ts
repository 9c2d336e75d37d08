import { expect, test } from 'vitest'
import { BOOL, INT, STRING, type Type } from '../../language/checker/types/type.ts'
import * as build from '../ir/build.ts'
import type { DecisionStep, Expr } from '../ir/index.ts'
import { before, passOn, policyOf, program } from './pass-test-policy.ts'
import { scheduleTests } from './schedule-tests.ts'

const { and, or, chain, constant } = build
const NAMES: Type = { kind: 'set', element: STRING }
const n = build.callerField('n', INT)
const int = (value: number) => constant(value, INT)
const above = (least: number) => build.compare('>', n, int(least))
const lower = build.call('string.lowerAscii', [build.requestField('path')], STRING)
const dear = build.call('string.startsWith', [lower, constant('a', STRING)], BOOL)
const among = build.within(constant('a', STRING), build.callerField('x', NAMES))
const mayFail = build.compare('>', build.arithmetic('+', n, int(1)), int(0))
const staff = build.identityTest(0, 'staff')

const DEAR = '(string.startsWith (string.lowerAscii request.path) "a")'

test.each<[string, Expr, string]>([
  ['what is cheap first', and(dear, among, above(1)), `(&& (> caller.n 1) (in "a" caller.x) ${DEAR})`],
  ['in `||`, too', or(dear, above(1)), `(|| (> caller.n 1) ${DEAR})`],
  [
    'what settles it more often, of what costs the same',
    and(above(1), staff, build.roleTest(0, 1)),
    '(&& roles0:1 is:staff (> caller.n 1))',
  ],
  ['alike: as written', and(above(2), above(1)), '(&& (> caller.n 2) (> caller.n 1))'],
  ['inside of others', build.not(or(dear, above(1))), `(! (|| (> caller.n 1) ${DEAR}))`],
  ['what may err later, as an error is remembered', and(mayFail, above(1)), '(&& (> caller.n 1) (> (+! caller.n 1) 0))'],
  [
    'nothing before its guards, which keep their names',
    chain('&&', [
      { expression: dear, guards: [] },
      { expression: among, guards: [] },
      { expression: above(1), guards: [0] },
      { expression: build.roleTest(0, 1), guards: [0, 2] },
      { expression: above(2), guards: [] },
    ]),
    `(&& (> caller.n 2) (in "a" caller.x) ${DEAR} [2] (> caller.n 1) [2 3] roles0:1)`,
  ],
])('%s', (_, expression, scheduled) => {
  expect(passOn(before(expression), scheduleTests)[0]).toBe(`2 permit rule ${scheduled}`)
})

/** The steps of `decide`, each by its rule, after the pass. */
function order(...steps: readonly (Partial<DecisionStep> & Pick<DecisionStep, 'rule'>)[]): string {
  const whole = steps.map((step) => ({ effect: 'permit', stage: step.effect === 'forbid' ? 0 : 2, test: dear, ...step }) as const)
  const lines = passOn(program(whole), scheduleTests).slice(0, -1)
  return lines.map((line) => line.split(' ')[2]).join(' ')
}

const cheap = above(1)
const forbid = { effect: 'forbid' } as const
const mfa = [{ what: 'mfa', values: [], within: null }] as const

test('permits', () => {
  expect(order({ rule: 'a' }, { rule: 'b', test: cheap }, { rule: 'c', test: above(2) })).toBe('b c a')
})

test('a header that is sent costs, too', () => {
  const headers = [{ name: 'x', value: constant('a', STRING) }]
  expect(order({ rule: 'a', test: cheap, headers }, { rule: 'b', test: above(2) })).toBe('b a')
})

test('permits that ask for something, in their order', () => {
  expect(order({ rule: 'a', requires: mfa }, { rule: 'b', test: cheap, requires: mfa }, { rule: 'c', test: above(2) })).toBe(
    'c a b',
  )
})

test('forbids by their reasons', () => {
  const [one, other] = ['One.', 'Other.']
  expect(order({ rule: 'a', ...forbid }, { rule: 'b', test: cheap, ...forbid })).toBe('b a')
  expect(
    order(
      { rule: 'a', because: one, ...forbid },
      { rule: 'b', test: cheap, because: other, ...forbid },
      { rule: 'c', because: one, ...forbid },
      { rule: 'd', test: cheap, because: one, ...forbid },
    ),
  ).toBe('a b d c')
})

test('stages stay', () => {
  expect(order({ rule: 'b', test: cheap }, { rule: 'c', test: cheap, stage: 3, requires: mfa })).toBe('b c')
  expect(order({ rule: 'a', ...forbid }, { rule: 'b', test: cheap, stage: 1, ...forbid })).toBe('a b')
})

test('nothing before `to`, and as it was in the trace', () => {
  const to = or(staff, build.roleTest(0, 1))
  const whole = { rule: 'a', effect: 'permit', stage: 2, to, test: and(to, dear, cheap) } as const
  const [route] = scheduleTests.run(policyOf(program([whole]))).routes
  expect(passOn(program([whole]), scheduleTests)[0]).toBe(`2 permit a (&& (|| is:staff roles0:1) (> caller.n 1) ${DEAR})`)
  expect(route?.authenticated.trace[0]?.test).toBe(whole.test)
})
