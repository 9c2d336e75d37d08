import { describe, expect, test } from 'vitest'
import { BOOL, DOUBLE, DURATION, INT, IP, STRING, TIMESTAMP, type Type } from '../../language/checker/types/type.ts'
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
const NUMBERS: Type = { kind: 'list', element: INT }
const STRINGS: Type = { kind: 'list', element: STRING }
const OPTIONAL: Type = { kind: 'optional', value: INT }
const LATEST = 253402300799_999999999n
const time = (value: bigint) => constant(value, TIMESTAMP)
const span = (value: bigint) => constant(value, DURATION)
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
    ['int in range', add(int(MAX - 1), int(1)), '(+ 9007199254740990 1)', '9007199254740991'],
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
    [
      'size of what may err',
      build.call('list.size', [list(add(n, int(1)))], INT),
      '(list.size (list (+! caller.n 1)))',
      '(list.size (list (+! caller.n 1)))',
    ],
    ['double out of range', add(double(1e308), double(1e308)), '(+ 1e+308 1e+308)', '(+ 1e+308 1e+308)'],
    // The rest.
    ['not not', not(not(x)), '(! (! caller.x))', 'caller.x'],
    ['conditional', conditional(build.FALSE, mayFail, x, BOOL), '(? false (> (+! caller.n 1) 0) caller.x)', 'caller.x'],
    ['order by code point', build.compare('<', text('\uff5e'), text('\u{1f600}')), '(< "\uff5e" "\u{1f600}")', 'true'],
    ['equality', build.equal(text('a'), text('a')), '(== "a" "a")', 'true'],
    ['membership', build.within(int(2), list(int(1), int(2))), '(in 2 (list 1 2))', 'true'],
    [
      'size of a set',
      build.call('set.size', [build.collect([int(1), int(1)], { kind: 'set', element: INT })], INT),
      '(set.size (set 1 1))',
      '1',
    ],
    ['size in code points', build.call('string.size', [text('\u{1f600}a')], INT), '(string.size "\u{1f600}a")', '2'],
    [
      'strings',
      build.call(
        'string.endsWith',
        [build.concat(text('a'), text('B'), STRING), build.call('string.upperAscii', [text('b')], STRING)],
        BOOL,
      ),
      '(string.endsWith (++ "a" "B") (string.upperAscii "b"))',
      'true',
    ],
    ['an int has one zero', build.negate(int(0)), '(- 0)', '0'],
    ['a double has two', build.negate(double(0)), '(- 0.0)', '-0.0'],
    ['int times int', build.arithmetic('*', int(-3), int(0)), '(* -3 0)', '0'],
    ['int by int', build.arithmetic('/', int(-7), int(2)), '(/ -7 2)', '-3'],
    ['rest', build.arithmetic('%', int(-7), int(2)), '(% -7 2)', '-1'],
    ['by zero', build.arithmetic('/', int(1), int(0)), '(/! 1 0)', '(/! 1 0)'],
    ['double by zero', build.arithmetic('/', double(1), double(0)), '(/ 1.0 0.0)', '(/ 1.0 0.0)'],
    ['times', build.arithmetic('+', time(1n), span(2n), TIMESTAMP), '(+! timestamp:1 duration:2)', 'timestamp:3'],
    ['times apart', build.arithmetic('-', time(1n), time(2n), DURATION), '(- timestamp:1 timestamp:2)', 'duration:-1'],
    [
      'times out of range',
      build.arithmetic('+', time(LATEST), span(1n), TIMESTAMP),
      `(+! timestamp:${LATEST} duration:1)`,
      `(+! timestamp:${LATEST} duration:1)`,
    ],
    ['order of times', build.compare('<', span(-1n), span(0n)), '(< duration:-1 duration:0)', 'true'],
    ['order of bools', build.compare('<', build.FALSE, build.TRUE), '(< false true)', 'true'],
    [
      'a conversion',
      build.call('timestamp(string)', [text('1970-01-01T00:00:01Z')], TIMESTAMP),
      '(timestamp(string) "1970-01-01T00:00:01Z")',
      'timestamp:1000000000',
    ],
    ['an address', build.call('ip(string)', [text('::ffff:10.0.0.1')], IP), '(ip(string) "::ffff:10.0.0.1")', 'ip:10.0.0.1'],
    ['a conversion that errs', build.call('int(string)', [text('x')], INT), '(int(string)! "x")', '(int(string)! "x")'],
    ['a conversion to what it is', build.call('int(int)', [n], INT), '(int(int) caller.n)', 'caller.n'],
    ['a clock in UTC', build.call('timestamp.getHours', [time(0n)], INT), '(timestamp.getHours timestamp:0)', '0'],
    [
      'a clock in a zone is the business of the host',
      build.call('timestamp.getHours', [time(0n), text('UTC')], INT),
      '(timestamp.getHours timestamp:0 "UTC")',
      '(timestamp.getHours timestamp:0 "UTC")',
    ],
    [
      'a list stays',
      build.call('string.split', [text('a,b'), text(',')], STRINGS),
      '(string.split "a,b" ",")',
      '(string.split "a,b" ",")',
    ],
    [
      'a text too long to be text',
      build.call('string.replace', [text('a'.repeat(200)), text(''), text('b'.repeat(200))], STRING),
      `(string.replace "${'a'.repeat(200)}" "" "${'b'.repeat(200)}")`,
      `(string.replace "${'a'.repeat(200)}" "" "${'b'.repeat(200)}")`,
    ],
    ['lists', build.concat(list(n), list(int(1)), NUMBERS), '(++ (list caller.n) (list 1))', '(list caller.n 1)'],
    // Optionals and comprehensions.
    [
      'orValue of nothing',
      build.orValue(build.none(OPTIONAL), add(n, int(1)), INT),
      '(orValue none (+! caller.n 1))',
      '(+! caller.n 1)',
    ],
    [
      'orValue of something',
      build.orValue(build.some(n), add(n, int(1)), INT),
      '(orValue (some caller.n) (+! caller.n 1))',
      'caller.n',
    ],
    ['hasValue of nothing', build.call('optional.hasValue', [build.none(OPTIONAL)], BOOL), '(optional.hasValue none)', 'false'],
    [
      'hasValue of something',
      build.call('optional.hasValue', [build.some(n)], BOOL),
      '(optional.hasValue (some caller.n))',
      'true',
    ],
    [
      'optMap of nothing',
      build.optMap(build.none(OPTIONAL), 'y@0', add(build.variable('y@0', INT, 'constant'), int(1))),
      '(optMap none y@0 (+! y@0 1))',
      'none',
    ],
    ['all of nothing', build.quantifier('all', list(), 'y@0', mayFail), '(all (list) y@0 (> (+! caller.n 1) 0))', 'true'],
    [
      'exists of nothing',
      build.quantifier('exists', list(), 'y@0', mayFail),
      '(exists (list) y@0 (> (+! caller.n 1) 0))',
      'false',
    ],
    [
      'exists_one of nothing',
      build.quantifier('exists_one', list(), 'y@0', mayFail),
      '(exists_one (list) y@0 (> (+! caller.n 1) 0))',
      'false',
    ],
    [
      'what no element changes',
      build.quantifier('exists', list(n), 'y@0', build.FALSE),
      '(exists (list caller.n) y@0 false)',
      'false',
    ],
    [
      'but a range that errs',
      build.quantifier('all', list(add(n, int(1))), 'y@0', build.TRUE),
      '(all (list (+! caller.n 1)) y@0 true)',
      '(all (list (+! caller.n 1)) y@0 true)',
    ],
    [
      'what some element may change',
      build.quantifier('exists', list(n), 'y@0', build.TRUE),
      '(exists (list caller.n) y@0 true)',
      '(exists (list caller.n) y@0 true)',
    ],
    [
      'filter of nothing',
      build.select(list(), 'y@0', mayFail, null, NUMBERS),
      '(list of (list) y@0 if (> (+! caller.n 1) 0))',
      '(list)',
    ],
  ])('%s', (_, expression, printed, folded) => {
    // A test of anything is a bool; what is none stands in an equality of its own.
    expect(printExpression(expression)).toBe(printed)
    const asTest = expression.type.kind === 'bool' ? expression : build.equal(expression, build.absent(expression.type))
    const wanted = expression.type.kind === 'bool' ? folded : `(== ${folded} absent)`
    expect(passOn(before(asTest), foldConstants)).toEqual([`2 permit rule ${wanted}`, 'otherwise deny "default"'])
  })
})
