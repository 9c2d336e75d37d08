import { expect, test } from 'vitest'
import { BOOL, INT, STRING } from '../../language/checker/types/type.ts'
import * as build from '../ir/build.ts'
import type { DecisionStep } from '../ir/index.ts'
import { passOn, program } from './pass-test-policy.ts'
import { subsumeSteps } from './subsume-steps.ts'

const { and, chain, compare, constant } = build
const n = build.callerField('n', INT)
const x = build.callerField('x', BOOL)
const int = (value: number) => constant(value, INT)
const above = (least: number) => compare('>', n, int(least))
const mayFail = compare('>', build.arithmetic('+', n, int(1)), int(0))
const staff = build.identityTest(0, 'staff')
const mfa = { what: 'mfa', values: [], within: null } as const
const acr = { what: 'acr', values: ['gold'], within: null } as const

type Given = Partial<DecisionStep> & Pick<DecisionStep, 'rule' | 'test'>
const forbid = (rule: string, given: Omit<Given, 'rule'>): Given => ({ rule, effect: 'forbid', stage: 0, ...given })

/** The rules that are left in `decide`. */
function left(...steps: readonly Given[]): string {
  const whole = steps.map((step) => ({ effect: 'permit', stage: 2, ...step }) as const)
  const lines = passOn(program(whole), subsumeSteps).slice(0, -1)
  return lines.flatMap((line) => (line.startsWith('trace only') ? [] : [line.split(' ')[2]])).join(' ')
}

test('a permit that asks for more than another one', () => {
  expect(left({ rule: 'a', test: and(staff, x) }, { rule: 'b', test: staff })).toBe('b')
  expect(left({ rule: 'a', test: staff }, { rule: 'b', test: and(staff, above(1)) })).toBe('a')
  expect(left({ rule: 'a', test: and(staff, above(1)) }, { rule: 'b', test: and(staff, above(5)) })).toBe('a')
  expect(left({ rule: 'a', test: build.roleTest(0, 1) }, { rule: 'b', test: build.roleTest(0, 3) })).toBe('b')
  expect(left({ rule: 'a', test: and(staff, x) }, { rule: 'b', test: and(staff, x) })).toBe('b')
  expect(left({ rule: 'a', test: and(staff, x) }, { rule: 'b', test: and(staff, above(1)) })).toBe('a b')
})

test('one that requires something, or obliges, for one that does not', () => {
  const limit = { count: 1, per: 1000, by: n }
  expect(left({ rule: 'a', test: and(staff, x), requires: [mfa], limit }, { rule: 'b', test: staff })).toBe('b')
})

test('but none for one that asks for something else, too', () => {
  const b = { rule: 'b', test: staff }
  const a = { rule: 'a', test: and(staff, x) }
  expect(left(a, { ...b, requires: [mfa] })).toBe('a b')
  expect(left(a, { ...b, stage: 3, requires: [mfa] })).toBe('a b')
  expect(left(a, { ...b, headers: [{ name: 'x-a', value: build.callerField('x', STRING) }] })).toBe('a b')
  expect(left(a, { ...b, limit: { count: 1, per: 1000, by: build.arithmetic('+', n, n) } })).toBe('a b')
  expect(left(a, { ...b, open: staff })).toBe('a b')
  expect(left({ ...a, open: staff }, b)).toBe('a b')
  expect(left(a, { ...b, limit: { count: 1, per: 1000, by: n } })).toBe('b')
})

test('a permit where a forbid denies', () => {
  const permit = { rule: 'b', test: and(staff, x) }
  expect(left(forbid('a', { test: x }), permit)).toBe('a')
  expect(left(forbid('a', { test: x, requires: [mfa] }), permit)).toBe('a b')
})

test('a forbid for one that comes before it, or has its reason', () => {
  const [one, other] = ['One.', 'Other.']
  const narrow = { test: and(staff, x) }
  const wide = { test: staff }
  expect(left(forbid('a', { ...wide, because: one }), forbid('b', { ...narrow, because: other }))).toBe('a')
  expect(left(forbid('a', { ...narrow, because: one }), forbid('b', { ...wide, because: other }))).toBe('a b')
  expect(left(forbid('a', { ...narrow, because: one }), forbid('b', { ...wide, because: one }))).toBe('b')
  expect(
    left(
      forbid('a', { ...narrow, because: one }),
      forbid('b', { test: above(1), because: other }),
      forbid('c', { ...wide, because: one }),
    ),
  ).toBe('a b c')
  expect(left(forbid('a', narrow), forbid('b', { ...wide, stage: 1 }))).toBe('a b')
})

test('a forbid that can be cured by as much', () => {
  const narrow = { test: and(staff, x) }
  const wide = { test: staff }
  expect(left(forbid('a', { ...wide, requires: [mfa] }), forbid('b', { ...narrow, requires: [acr, mfa] }))).toBe('a')
  expect(left(forbid('a', { ...wide, requires: [mfa, acr] }), forbid('b', { ...narrow, requires: [acr] }))).toBe('a b')
  expect(left(forbid('a', { ...wide, requires: [mfa] }), forbid('b', narrow))).toBe('a b')
  expect(left(forbid('a', wide), forbid('b', { ...narrow, requires: [acr] }))).toBe('a')
})

test('a forbid holds where it errs: what may be skipped there proves nothing', () => {
  const skipped = chain('&&', [
    { expression: mayFail, guards: [] },
    { expression: x, guards: [0] },
  ])
  expect(left(forbid('a', { test: and(mayFail, x) }), forbid('b', { test: x }))).toBe('b')
  expect(left(forbid('a', { test: skipped }), forbid('b', { test: x }))).toBe('a b')
  expect(left({ rule: 'a', test: skipped }, { rule: 'b', test: x })).toBe('b')
})
