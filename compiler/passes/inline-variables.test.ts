import { expect, test } from 'vitest'
import { INT, type Type } from '../../language/checker/types/type.ts'
import * as build from '../ir/build.ts'
import { type Expr, printExpression } from '../ir/index.ts'
import { inlineVariables } from './inline-variables.ts'
import { before, passOn } from './pass-test-policy.ts'

const NUMBERS: Type = { kind: 'list', element: INT }
const n = build.callerField('n', INT)
const one = build.constant(1, INT)
const x = build.variable('x@0', INT, 'request')
const y = build.variable('y@1', INT, 'request')
const size = build.call('list.size', [build.data('facts', NUMBERS)], INT)
const risky = build.arithmetic('+', n, one)
const less = (left: Expr, right: Expr) => build.compare('<', left, right)
const over = (test: Expr) => build.quantifier('all', build.data('facts', NUMBERS), 'y@1', test)

test.each<[string, Expr, string, string]>([
  ['what is at hand', build.bind('x@0', n, less(x, x)), '(let x@0 caller.n (< x@0 x@0))', '(< caller.n caller.n)'],
  [
    'what is read once',
    build.bind('x@0', size, less(x, one)),
    '(let x@0 (list.size data:facts) (< x@0 1))',
    '(< (list.size data:facts) 1)',
  ],
  ['what is not read', build.bind('x@0', size, less(one, one)), '(let x@0 (list.size data:facts) (< 1 1))', '(< 1 1)'],
  [
    'not what is read twice',
    build.bind('x@0', size, less(x, x)),
    '(let x@0 (list.size data:facts) (< x@0 x@0))',
    '(let x@0 (list.size data:facts) (< x@0 x@0))',
  ],
  [
    'not what is read in a loop',
    build.bind('x@0', size, over(less(x, y))),
    '(let x@0 (list.size data:facts) (all data:facts y@1 (< x@0 y@1)))',
    '(let x@0 (list.size data:facts) (all data:facts y@1 (< x@0 y@1)))',
  ],
  [
    'but what is at hand',
    build.bind('x@0', n, over(less(x, y))),
    '(let x@0 caller.n (all data:facts y@1 (< x@0 y@1)))',
    '(all data:facts y@1 (< caller.n y@1))',
  ],
  [
    'not what may err, read or not',
    build.bind('x@0', risky, less(one, one)),
    '(let x@0 (+! caller.n 1) (< 1 1))',
    '(let x@0 (+! caller.n 1) (< 1 1))',
  ],
  [
    'the value of an optional that has one',
    build.equal(build.optMap(build.some(n), 'x@0', risky), build.none({ kind: 'optional', value: INT })),
    '(== (optMap (some caller.n) x@0 (+! caller.n 1)) none)',
    '(== (some (+! caller.n 1)) none)',
  ],
])('%s', (_, expression, printed, inlined) => {
  expect(printExpression(expression)).toBe(printed)
  expect(passOn(before(expression), inlineVariables)[0]).toBe(`2 permit rule ${inlined}`)
})
