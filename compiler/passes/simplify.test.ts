import { describe, expect, test } from 'vitest'
import { BOOL, DOUBLE, DURATION, INT, literals, STRING, TIMESTAMP, type Type } from '../../language/checker/types/type.ts'
import * as build from '../ir/build.ts'
import type { Expr } from '../ir/index.ts'
import { before, passOn } from './pass-test-policy.ts'
import { simplify } from './simplify.ts'

const { and, or, not, chain, compare, equal, constant, conditional, within, call } = build
const NUMBERS: Type = { kind: 'list', element: INT }
const NAMES: Type = { kind: 'list', element: STRING }
const COUNTS: Type = { kind: 'map', value: INT }
const text = (value: string) => constant(value, STRING)
const int = (value: number) => constant(value, INT)
const double = (value: number) => constant(value, DOUBLE)
const n = build.callerField('n', INT)
const x = build.callerField('x', BOOL)
const path = build.requestField('path')
const facts = build.data('facts', NUMBERS)
const element = build.variable('y@0', INT, 'request')
const mayFail = compare('>', build.arithmetic('+', n, int(1)), int(0))
const staff = build.identityTest(0, 'staff')
const names = (...values: string[]) => build.collect(values.map(text), NAMES)
const size = (of: Expr) => call(of.kind === 'Select' ? 'list.size' : 'string.size', [of], INT)
const matches = (pattern: string) => call('string.matches', [path, text(pattern)], BOOL)
const guarded = (first: Expr, second: Expr) =>
  chain('&&', [
    { expression: first, guards: [] },
    { expression: second, guards: [0] },
  ])
const entry = build.optional(build.mapRead(build.callerField('x', COUNTS), text('k'), INT))

/** What becomes of a test. */
function simplified(expression: Expr): string {
  return (passOn(before(expression), simplify)[0] ?? '').replace('2 permit rule ', '')
}

/** What becomes of something else: it stands in a comparison. */
function simplifiedValue(expression: Expr): string {
  return simplified(equal(expression, build.absent(expression.type))).replace(/^\(== (.*) absent\)$/, '$1')
}

describe('negations', () => {
  test.each<[string, Expr, string]>([
    ['of order', not(compare('<', n, int(3))), '(>= caller.n 3)'],
    ['but not of doubles: with a NaN both are false', not(compare('<', double(1), double(2))), '(! (< 1.0 2.0))'],
    ['of tests that can be said the other way round', not(or(equal(n, int(1)), staff)), '(&& (! (== caller.n 1)) (! is:staff))'],
    [
      'of those that guard each other',
      not(guarded(build.present(n), compare('>', n, int(3)))),
      '(|| (! (has caller.n)) [0] (<= caller.n 3))',
    ],
    ['of one that cannot, among others', not(and(x, not(staff))), '(|| (! caller.x) is:staff)'],
    ['not of several', not(and(x, within(n, facts))), '(! (&& caller.x (in caller.n data:facts)))'],
    ['not of roles, which one test finds', not(or(build.roleTest(0, 1), build.roleTest(0, 2))), '(! (|| roles0:1 roles0:10))'],
  ])('%s', (_, expression, after) => expect(simplified(expression)).toBe(after))
})

describe('choices', () => {
  test.each<[string, Expr, string]>([
    ['between constants', conditional(mayFail, build.TRUE, build.FALSE, BOOL), '(> (+! caller.n 1) 0)'],
    ['between constants the other way round', conditional(mayFail, build.FALSE, build.TRUE, BOOL), '(<= (+! caller.n 1) 0)'],
    ['or false', conditional(staff, x, build.FALSE, BOOL), '(&& is:staff [0] caller.x)'],
    ['true, or', conditional(staff, build.TRUE, x, BOOL), '(|| is:staff [0] caller.x)'],
    ['false, or', conditional(staff, build.FALSE, x, BOOL), '(&& (! is:staff) [0] caller.x)'],
    ['or true', conditional(staff, x, build.TRUE, BOOL), '(|| (! is:staff) [0] caller.x)'],
    [
      'by a test that may err, which `&&` would absorb',
      conditional(mayFail, x, build.FALSE, BOOL),
      '(? (> (+! caller.n 1) 0) caller.x false)',
    ],
    ['by a negation', conditional(not(staff), int(1), n, INT), '(? is:staff caller.n 1)'],
  ])('%s', (_, expression, after) => {
    expect(expression.type === BOOL ? simplified(expression) : simplifiedValue(expression)).toBe(after)
  })
})

describe('comparisons', () => {
  test.each<[string, Expr, string]>([
    ['constants on the right', and(compare('<', int(3), n), equal(text('a'), path)), '(&& (> caller.n 3) (== request.path "a"))'],
    ['a bool and a constant', and(equal(x, build.TRUE), equal(build.FALSE, staff)), '(&& caller.x (! is:staff))'],
    ['nothing', equal(entry, build.none({ kind: 'optional', value: INT })), '(! (in "k" caller.x))'],
    [
      'several equalities',
      or(equal(path, text('a')), x, equal(path, text('b'))),
      '(|| (in request.path (set "a" "b")) caller.x)',
    ],
    ['nothing but them', or(equal(n, int(1)), within(n, build.collect([int(2), int(1)], NUMBERS))), '(in caller.n (set 1 2))'],
    ['few inequalities', and(not(equal(n, int(1))), not(equal(n, int(2)))), '(&& (! (== caller.n 1)) (! (== caller.n 2)))'],
    [
      'many inequalities',
      and(...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((one) => not(equal(n, int(one))))),
      '(! (in caller.n (set 1 2 3 4 5 6 7 8 9)))',
    ],
    [
      'not what is guarded by something else',
      chain('||', [
        { expression: not(staff), guards: [] },
        { expression: equal(n, int(1)), guards: [0] },
        { expression: equal(n, int(2)), guards: [] },
        { expression: equal(n, int(3)), guards: [0] },
      ]),
      '(|| (! is:staff) [0] (in caller.n (set 1 3)) (== caller.n 2))',
    ],
    [
      'not what guards',
      chain('||', [
        { expression: equal(n, int(1)), guards: [] },
        { expression: equal(n, int(2)), guards: [0] },
        { expression: x, guards: [1] },
      ]),
      '(|| (== caller.n 1) [0] (== caller.n 2) [1] caller.x)',
    ],
    ['in one', within(n, build.collect([int(1)], NUMBERS)), '(== caller.n 1)'],
    ['in the same twice', within(path, names('a', 'b', 'a')), '(in request.path (list "a" "b"))'],
    [
      'what two identities call alike',
      or(equal(n, int(1)), equal(build.callerField('n', STRING), text('a'))),
      '(|| (== caller.n 1) (== caller.n "a"))',
    ],
  ])('%s', (_, expression, after) => expect(simplified(expression)).toBe(after))
})

describe('operations that change nothing', () => {
  const sum = (left: Expr, right: Expr) => build.arithmetic('+', left, right)
  const time = build.requestField('time')
  test.each<[string, Expr, string]>([
    ['plus 0', sum(sum(int(0), n), int(0)), 'caller.n'],
    ['plus 0.0, as −0 plus 0 is 0', sum(build.callerField('n', DOUBLE), double(0)), '(+ caller.n 0.0)'],
    ['minus 0.0', build.arithmetic('-', build.callerField('n', DOUBLE), double(0)), 'caller.n'],
    ['minus −0', build.arithmetic('-', build.callerField('n', DOUBLE), double(-0)), '(- caller.n -0.0)'],
    ['times 1', build.arithmetic('*', int(1), build.arithmetic('*', n, int(1))), 'caller.n'],
    ['by 1', build.arithmetic('/', n, int(1)), 'caller.n'],
    ['a time and no time', build.arithmetic('+', time, constant(0n, DURATION), TIMESTAMP), 'request.time'],
    [
      'a time since the beginning of time is a duration',
      build.arithmetic('-', time, constant(0n, TIMESTAMP), DURATION),
      '(- request.time timestamp:0)',
    ],
    ['minus minus', build.negate(build.negate(n)), 'caller.n'],
    ['times 0, as it may err', build.arithmetic('*', sum(n, n), int(0)), '(* (+! caller.n caller.n) 0)'],
    ['nothing and a text', build.concat(text(''), build.concat(path, text(''), STRING), STRING), 'request.path'],
    [
      'lower case twice',
      call('string.lowerAscii', [call('string.lowerAscii', [path], STRING)], STRING),
      '(string.lowerAscii request.path)',
    ],
  ])('%s', (_, expression, after) => expect(simplifiedValue(expression)).toBe(after))
})

describe('texts', () => {
  test.each<[string, Expr, string]>([
    ['every text begins with nothing', call('string.startsWith', [path, text('')], BOOL), 'true'],
    ['is empty', equal(size(path), int(0)), '(== request.path "")'],
    ['is not empty', compare('>=', size(path), int(1)), '(! (== request.path ""))'],
    ['is longer than 1', compare('>', size(path), int(1)), '(> (string.size request.path) 1)'],
    ['a pattern without operators', matches('/a-b'), '(string.contains request.path "/a-b")'],
    ['at the beginning', matches('^/a\\.b'), '(string.startsWith request.path "/a.b")'],
    ['at the end', matches('a\\$$'), '(string.endsWith request.path "a$")'],
    ['from end to end', matches('^a\\\\$'), '(== request.path "a\\\\")'],
    ['one of some', matches('^(?:a|b\\+|)$'), '(in request.path (set "a" "b+" ""))'],
    ...['a.b', '^a|b$', '^(a|b)', '^(a)(b)$', '\\d', '^\\$$x', '(?i)a', '^(a\\|b)$', 'a\\$$$', '[ab]', 'a{2}', '\\x41'].map(
      (pattern): [string, Expr, string] => [
        `but no ${pattern}`,
        matches(pattern),
        `(string.matches request.path ${JSON.stringify(pattern)})`,
      ],
    ),
  ])('%s', (_, expression, after) => expect(simplified(expression)).toBe(after))
})

describe('loops', () => {
  const filtered = (one: Expr) => build.select(facts, 'y@0', one, null, NUMBERS)
  const even = equal(build.arithmetic('%', element, int(2)), int(0))
  test.each<[string, Expr, string]>([
    ['that look for one', build.quantifier('exists', facts, 'y@0', equal(element, n)), '(in caller.n data:facts)'],
    ['that find it nowhere', build.quantifier('all', facts, 'y@0', not(equal(n, element))), '(! (in caller.n data:facts))'],
    [
      'not for what may err, as in an empty list nothing does',
      build.quantifier('exists', facts, 'y@0', equal(element, build.arithmetic('+', n, n))),
      '(exists data:facts y@0 (== y@0 (+! caller.n caller.n)))',
    ],
    [
      'not for something else each time',
      build.quantifier('exists', facts, 'y@0', equal(element, build.arithmetic('%', element, int(2)))),
      '(exists data:facts y@0 (== y@0 (% y@0 2)))',
    ],
    ['whose result is only counted', compare('>', size(filtered(even)), int(0)), '(exists data:facts y@0 (== (% y@0 2) 0))'],
    ['whose result is to be empty', equal(size(filtered(even)), int(0)), '(! (exists data:facts y@0 (== (% y@0 2) 0)))'],
    [
      'not where a test may err, which `exists` passes over',
      compare('>', size(filtered(equal(build.arithmetic('+', element, n), int(0)))), int(0)),
      '(> (list.size (list of data:facts y@0 if (== (+! y@0 caller.n) 0))) 0)',
    ],
  ])('%s', (_, expression, after) => expect(simplified(expression)).toBe(after))
})

test('one of two is not one of any', () => {
  const tier = build.callerField('x', literals(['gold', 'plain']))
  expect(
    simplified(or(equal(tier, constant('gold', literals(['gold']))), equal(tier, constant('plain', literals(['plain']))))),
  ).toBe('(in caller.x (set "gold" "plain"))')
})
