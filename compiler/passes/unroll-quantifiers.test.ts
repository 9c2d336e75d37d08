import { describe, expect, test } from 'vitest'
import { DOUBLE, INT, STRING, type Type } from '../../language/checker/types/type.ts'
import * as build from '../ir/build.ts'
import type { Expr } from '../ir/index.ts'
import { inlineVariables } from './inline-variables.ts'
import { before, passOn } from './pass-test-policy.ts'
import { unrollQuantifiers } from './unroll-quantifiers.ts'

const { and, bind, collect, compare, constant, equal, quantifier, within } = build
const NAMES: Type = { kind: 'set', element: STRING }
const NUMBERS: Type = { kind: 'list', element: INT }
const int = (value: number) => constant(value, INT)
const texts = (...values: string[]) =>
  collect(
    values.map((value) => constant(value, STRING)),
    { kind: 'list', element: STRING },
  )
const numbers = (...elements: Expr[]) => collect(elements, NUMBERS)
const n = build.callerField('n', INT)
const names = build.callerField('x', NAMES)
const y = build.variable('y@0', STRING, 'constant')
const z = build.variable('y@0', INT, 'caller')
const risky = build.arithmetic('+', n, int(1))

function unrolled(expression: Expr): string {
  return (passOn(before(expression), unrollQuantifiers)[0] ?? '').replace('2 permit rule ', '')
}

describe('a list that is written out', () => {
  test.each<[string, Expr, string]>([
    ['exists', quantifier('exists', texts('a', 'b'), 'y@0', within(y, names)), '(|| (in "a" caller.x) (in "b" caller.x))'],
    ['all', quantifier('all', texts('a', 'b'), 'y@0', within(y, names)), '(&& (in "a" caller.x) (in "b" caller.x))'],
    ['of one', quantifier('all', texts('a'), 'y@0', within(y, names)), '(in "a" caller.x)'],
    ['of none', quantifier('all', texts(), 'y@0', within(y, names)), 'true'],
    [
      'what an element does to others',
      quantifier('exists', numbers(int(1), n), 'y@0', compare('>', build.arithmetic('+', z, n), int(3))),
      '(|| (> (+! 1 caller.n) 3) (> (+! caller.n caller.n) 3))',
    ],
    [
      'what is worked out once for all that read it',
      quantifier(
        'exists',
        numbers(build.call('set.size', [names], INT)),
        'y@0',
        and(compare('>', z, int(1)), compare('<', z, n)),
      ),
      '(let y@0 (set.size caller.x) (&& (> y@0 1) (< y@0 caller.n)))',
    ],
    [
      'one in another',
      quantifier(
        'exists',
        numbers(int(1), int(2)),
        'y@0',
        quantifier('all', numbers(int(3), z), 'y@1', compare('<', z, build.variable('y@1', INT, 'caller'))),
      ),
      '(|| (&& (< 1 3) (< 1 1)) (&& (< 2 3) (< 2 2)))',
    ],
    [
      'of the same name',
      quantifier('exists', numbers(int(1)), 'y@0', quantifier('all', build.data('facts', NUMBERS), 'y@0', equal(z, n))),
      '(all data:facts y@0 (== y@0 caller.n))',
    ],
  ])('%s', (_, expression, after) => expect(unrolled(expression)).toBe(after))
})

describe('stays a loop', () => {
  const many = texts(...Array.from({ length: 9 }, (_, at) => `${at}`))
  const large = and(...Array.from({ length: 60 }, () => within(y, names)))
  test.each<[string, Expr]>([
    ['of an element that may err', quantifier('exists', numbers(int(1), risky), 'y@0', equal(z, int(1)))],
    ['that counts', quantifier('exists_one', texts('a', 'b'), 'y@0', within(y, names))],
    ['over what is read', quantifier('exists', names, 'y@0', equal(y, constant('a', STRING)))],
    ['of many', quantifier('exists', many, 'y@0', within(y, names))],
    ['of much', quantifier('exists', texts('a', 'b'), 'y@0', large)],
    [
      'over a set that has no −0',
      quantifier(
        'exists',
        collect([constant(-0, DOUBLE)], { kind: 'set', element: DOUBLE }),
        'y@0',
        compare('<', build.variable('y@0', DOUBLE, 'constant'), constant(1, DOUBLE)),
      ),
    ],
  ])('%s', (_, expression) => expect(unrollQuantifiers.rewrite?.(expression)).toBe(expression))
})

test('an argument that is a list is one where it was put', () => {
  const list = build.variable('l@0', NUMBERS, 'constant')
  const called = bind('l@0', numbers(int(1), int(2)), quantifier('exists', list, 'y@0', equal(z, n)))
  expect(unrolled(inlineVariables.rewrite?.(called) as Expr)).toBe('(|| (== 1 caller.n) (== 2 caller.n))')
})
