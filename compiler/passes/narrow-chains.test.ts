import { describe, expect, test } from 'vitest'
import { BOOL, DOUBLE, INT, STRING, type Type } from '../../language/checker/types/type.ts'
import * as build from '../ir/build.ts'
import type { Expr } from '../ir/index.ts'
import { narrowChains } from './narrow-chains.ts'
import { before, passOn } from './pass-test-policy.ts'

const { and, or, not, chain, compare, equal, constant, conditional, within, call } = build
const NUMBERS: Type = { kind: 'list', element: INT }
const int = (value: number) => constant(value, INT)
const text = (value: string) => constant(value, STRING)
const n = build.callerField('n', INT)
const x = build.callerField('x', BOOL)
const path = build.requestField('path')
const facts = build.data('facts', NUMBERS)
const sum = build.arithmetic('+', n, int(1))
const staff = build.identityTest(0, 'staff')
const partner = build.identityTest(1, 'partner')
const among = (of: Expr, ...values: number[]) => within(of, build.collect(values.map(int), NUMBERS))
const starts = (prefix: string) => call('string.startsWith', [path, text(prefix)], BOOL)
const above = (least: number, of: Expr = n) => compare('>', of, int(least))
const hour = call('timestamp.getHours', [build.requestField('time')], INT)
const is = (value: string) => equal(build.callerField('x', { kind: 'literals', values: ['a', 'b', 'c'] }), text(value))
const below = (most: number, of: Expr = n) => compare('<', of, int(most))
const operand = (expression: Expr, ...guards: number[]) => ({ expression, guards })

/** A policy with a second identity is not needed to read what is left. */
function narrowed(expression: Expr): string {
  return (passOn(before(expression), narrowChains)[0] ?? '').replace('2 permit rule ', '')
}

describe('what follows from what was asked before', () => {
  test.each<[string, Expr, string]>([
    ['the same', and(x, staff, x), '(&& caller.x is:staff)'],
    ['the same further in', and(x, and(staff, and(x, above(1)))), '(&& caller.x is:staff (> caller.n 1))'],
    ['the opposite', or(x, staff, not(x)), 'true'],
    ['a lower bound', and(above(5), above(3)), '(> caller.n 5)'],
    ['a bound that no int is between', and(above(3), compare('>=', n, int(4))), '(> caller.n 3)'],
    ['a lower bound before it', and(above(3), x, above(5)), '(&& caller.x (> caller.n 5))'],
    ['a bound on the other side is no answer', and(above(3), below(5)), '(&& (> caller.n 3) (< caller.n 5))'],
    ['a value behind its bounds', and(above(3), below(9), equal(n, int(5))), '(== caller.n 5)'],
    ['in `||` the wider one behind it', or(above(5), x, above(3)), '(|| caller.x (> caller.n 3))'],
    ['the last of an hour', and(compare('>', hour, int(22)), equal(hour, int(23))), '(> (timestamp.getHours request.time) 22)'],
    ['the last of three literals', and(not(is('a')), not(is('b')), is('c')), '(&& (! (== caller.x "a")) (! (== caller.x "b")))'],
    ['no int is between', and(above(3), below(4)), 'false'],
    ['one value of several', and(equal(n, int(1)), among(n, 1, 2)), '(== caller.n 1)'],
    ['another value', and(equal(n, int(1)), among(n, 2, 3)), 'false'],
    ['values on one side of a bound', and(among(n, 4, 5), above(3)), '(in caller.n (list 4 5))'],
    [
      'what is left of values',
      and(among(n, 1, 2), not(equal(n, int(1))), equal(n, int(2))),
      '(&& (in caller.n (list 1 2)) (! (== caller.n 1)))',
    ],
    ['in `||` from what was false', or(above(3), equal(n, int(5)), x), '(|| (> caller.n 3) caller.x)'],
    ['a prefix of a prefix', and(starts('/a/b'), starts('/a')), '(string.startsWith request.path "/a/b")'],
    ['another prefix', and(starts('/a'), starts('/b')), 'false'],
    ['a text with a prefix', and(equal(path, text('/a')), starts('/')), '(== request.path "/a")'],
    ['a role of several', and(build.roleTest(0, 1), build.roleTest(0, 3)), 'roles0:1'],
    [
      'roles that are ruled out',
      and(not(build.roleTest(0, 1)), build.roleTest(0, 3), build.roleTest(0, 2)),
      '(&& (! roles0:1) roles0:11)',
    ],
    ['a role of another word', and(build.roleTest(0, 1), build.roleTest(1, 1)), '(&& roles0:1 roles1:1)'],
    ['a chain that holds where one does', and(x, or(staff, x)), 'caller.x'],
    ['a part of a chain', and(x, or(staff, not(x))), '(&& caller.x [0] is:staff)'],
    ['in the branches of a choice', conditional(x, equal(n, int(1)), and(staff, x), BOOL), '(? caller.x (== caller.n 1) false)'],
    ['what chooses', and(x, conditional(x, staff, above(1), BOOL)), '(&& caller.x [0] is:staff)'],
    [
      'in a loop',
      and(x, build.quantifier('exists', facts, 'y@0', and(build.compare('>', build.variable('y@0', INT, 'data'), n), x))),
      '(&& caller.x [0] (exists data:facts y@0 (> y@0 caller.n)))',
    ],
  ])('%s', (_, expression, after) => expect(narrowed(expression)).toBe(after))

  test('no identity is another one', () => {
    const both = and(staff, partner)
    expect(narrowChains.rewrite?.(both)).toBe(build.FALSE)
  })
})

describe('what may err', () => {
  test.each<[string, Expr, string]>([
    ['follows from what errs where it does', and(above(5, sum), x, above(3, sum)), '(&& (> (+! caller.n 1) 5) caller.x)'],
    [
      'but settles nothing: it may err, where that is an error',
      and(above(5, sum), below(3, sum)),
      '(&& (> (+! caller.n 1) 5) (< (+! caller.n 1) 3))',
    ],
    [
      'and says nothing about what is further in',
      and(above(5, sum), or(x, below(3, sum))),
      '(&& (> (+! caller.n 1) 5) (|| caller.x (< (+! caller.n 1) 3)))',
    ],
    [
      'nor does what is skipped where its guard errs',
      chain('&&', [operand(above(5, sum)), operand(above(5), 0), operand(above(3))]),
      '(&& (> (+! caller.n 1) 5) [0] (> caller.n 5) (> caller.n 3))',
    ],
    [
      'nor does a choice by what errs',
      conditional(above(5, sum), above(3, sum), x, BOOL),
      '(? (> (+! caller.n 1) 5) (> (+! caller.n 1) 3) caller.x)',
    ],
    [
      'and what is settled stays an error where its guard is one',
      chain('&&', [operand(above(5, sum)), operand(x), operand(not(x), 0)]),
      '(&& (> (+! caller.n 1) 5) caller.x [0] false)',
    ],
    ['goes for what errs where it does', and(above(3, sum), x, above(5, sum)), '(&& caller.x (> (+! caller.n 1) 5))'],
    [
      'but not for what is skipped where its guard errs',
      chain('&&', [operand(above(3)), operand(above(5, sum)), operand(above(5), 1)]),
      '(&& (> caller.n 3) (> (+! caller.n 1) 5) [1] (> caller.n 5))',
    ],
  ])('%s', (_, expression, after) => expect(narrowed(expression)).toBe(after))
})

describe('guards', () => {
  test('stay where they are, whatever follows from what comes later', () => {
    const expression = chain('&&', [operand(above(3)), operand(x, 0), operand(above(5))])
    expect(narrowed(expression)).toBe('(&& (> caller.n 3) [0] caller.x (> caller.n 5))')
  })

  test('in the place of others do, too', () => {
    const expression = chain('&&', [operand(above(4)), operand(above(3)), operand(x, 1), operand(above(5))])
    expect(narrowed(expression)).toBe('(&& (> caller.n 4) [0] caller.x (> caller.n 5))')
  })

  test('of what went are what it follows from', () => {
    const there = build.present(n)
    const expression = chain('&&', [operand(there), operand(x), operand(there), operand(above(3), 2)])
    expect(narrowed(expression)).toBe('(&& (has caller.n) caller.x [0] (> caller.n 3))')
  })

  test('of a chain are those of its parts', () => {
    const expression = chain('&&', [operand(and(build.present(n), x)), operand(and(above(3), staff), 0)])
    expect(narrowed(expression)).toBe('(&& (has caller.n) caller.x [0 1] (> caller.n 3) [0 1] is:staff)')
  })
})

test('of a double nothing follows that a NaN would not know', () => {
  const double = build.callerField('n', DOUBLE)
  const least = (value: number) => compare('>=', double, constant(value, DOUBLE))
  expect(narrowed(and(least(2), least(1)))).toBe('(&& (>= caller.n 2.0) (>= caller.n 1.0))')
})

test('a variable of another loop is another one', () => {
  const y = build.variable('y@0', INT, 'data')
  const inner = build.quantifier('exists', facts, 'y@0', equal(y, int(1)))
  const outer = build.quantifier('all', facts, 'y@0', and(equal(y, int(1)), inner))
  expect(narrowed(outer)).toBe('(all data:facts y@0 (&& (== y@0 1) (exists data:facts y@0 (== y@0 1))))')
})

test('whether something is there is not what it is', () => {
  expect(narrowed(and(x, or(staff, build.present(x))))).toBe('(&& caller.x (|| is:staff (has caller.x)))')
})
