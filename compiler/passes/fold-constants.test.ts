import { describe, expect, test } from 'vitest'
import { BOOL, DOUBLE, INT, STRING } from '../../language/semantics/types/type.ts'
import * as build from '../ir/build.ts'
import { type Expr, printExpression } from '../ir/index.ts'
import { foldConstants } from './fold-constants.ts'
import { before, passOn } from './pass-test-policy.ts'

const MAX = Number.MAX_SAFE_INTEGER
const { and, chain, conditional, constant, not, or } = build
const int = (value: number) => constant(value, INT)
const double = (value: number) => constant(value, DOUBLE)
const text = (value: string) => constant(value, STRING)
const add = (a: Expr, b: Expr) => build.arithmetic('+', a, b)
const list = (...elements: Expr[]) => build.collect(elements, { kind: 'list', element: INT })
const x = build.callerField('x', BOOL)
const n = build.callerField('n', INT)
const mayFail = build.compare('>', add(n, int(1)), int(0))

describe('foldConstants', () => {
  test.each([
    // Absorption: either side settles it, even where the other may err.
    ['false && e', and(build.FALSE, mayFail), '(&& false (> (+! caller.n 1) 0))', 'false'],
    ['e && false', and(mayFail, build.FALSE), '(&& (> (+! caller.n 1) 0) false)', 'false'],
    ['true || e', or(build.TRUE, mayFail), '(|| true (> (+! caller.n 1) 0))', 'true'],
    ['true && e', and(build.TRUE, mayFail), '(&& true (> (+! caller.n 1) 0))', '(> (+! caller.n 1) 0)'],
    [
      'e || false || x',
      or(mayFail, build.FALSE, x),
      '(|| (> (+! caller.n 1) 0) false caller.x)',
      '(|| (> (+! caller.n 1) 0) caller.x)',
    ],
    ['all true', and(build.TRUE, build.TRUE), '(&& true true)', 'true'],
    // An operand behind a guard that errs counts as an error, even if it is false.
    [
      'false behind a guard that may err',
      chain('&&', [
        { expression: mayFail, guards: [] },
        { expression: build.FALSE, guards: [0] },
      ]),
      '(&& (> (+! caller.n 1) 0) [0] false)',
      '(&& (> (+! caller.n 1) 0) [0] false)',
    ],
    [
      'a true guard hands on its guards',
      chain('&&', [
        { expression: mayFail, guards: [] },
        { expression: build.TRUE, guards: [0] },
        { expression: x, guards: [1] },
      ]),
      '(&& (> (+! caller.n 1) 0) [0] true [1] caller.x)',
      '(&& (> (+! caller.n 1) 0) [0] caller.x)',
    ],
    // Overflow stays, and so does an error that is compared, or looked for in nothing.
    ['int in range', add(int(MAX - 1), int(1)), '(+! 9007199254740990 1)', '9007199254740991'],
    ['int out of range', add(int(MAX), int(1)), '(+! 9007199254740991 1)', '(+! 9007199254740991 1)'],
    [
      'overflow in a comparison',
      build.compare('<', add(int(MAX), int(1)), int(0)),
      '(< (+! 9007199254740991 1) 0)',
      '(< (+! 9007199254740991 1) 0)',
    ],
    [
      'overflow in an empty list',
      build.within(add(n, int(1)), list()),
      '(in (+! caller.n 1) (list))',
      '(in (+! caller.n 1) (list))',
    ],
    ['anything else in an empty list', build.within(n, list()), '(in caller.n (list))', 'false'],
    ['size of what may err', build.size(list(add(n, int(1)))), '(size (list (+! caller.n 1)))', '(size (list (+! caller.n 1)))'],
    ['double out of range', add(double(1e308), double(1e308)), '(+ 1e+308 1e+308)', '(+ 1e+308 1e+308)'],
    // The rest.
    ['not not', not(not(x)), '(! (! caller.x))', 'caller.x'],
    ['conditional', conditional(build.FALSE, mayFail, x, BOOL), '(? false (> (+! caller.n 1) 0) caller.x)', 'caller.x'],
    ['order by code point', build.compare('<', text('\uff5e'), text('\u{1f600}')), '(< "\uff5e" "\u{1f600}")', 'true'],
    ['equality', build.equal(text('a'), text('a')), '(== "a" "a")', 'true'],
    ['membership', build.within(int(2), list(int(1), int(2))), '(in 2 (list 1 2))', 'true'],
    ['size of a set', build.size(build.collect([int(1), int(1)], { kind: 'set', element: INT })), '(size (set 1 1))', '1'],
    ['size in code points', build.size(text('\u{1f600}a')), '(size "\u{1f600}a")', '2'],
    [
      'strings',
      build.textTest('endsWith', build.concat(text('a'), text('B'), STRING), build.changeCase('upperAscii', text('b'))),
      '(endsWith (++ "a" "B") (upperAscii "b"))',
      'true',
    ],
    ['negative zero is zero', build.negate(int(0)), '(- 0)', '0'],
  ])('%s', (_, expression, printed, folded) => {
    // A test of anything is a bool; what is none stands in an equality of its own.
    expect(printExpression(expression)).toBe(printed)
    const asTest = expression.type.kind === 'bool' ? expression : build.equal(expression, build.absent(expression.type))
    const wanted = expression.type.kind === 'bool' ? folded : `(== ${folded} absent)`
    expect(passOn(before(asTest), foldConstants)).toEqual([`2 permit rule ${wanted} → permit`, 'otherwise deny "default"'])
  })
})
