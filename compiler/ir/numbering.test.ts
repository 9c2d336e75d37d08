import { expect, test } from 'vitest'
import { DOUBLE, INT, STRING, type Type } from '../../language/checker/types/type.ts'
import * as build from './build.ts'
import type { Expr } from './expression.ts'
import { Numbering } from './numbering.ts'

const n = (type: Type = INT) => build.callerField('n', type)
const constant = build.constant
const list = (...elements: Expr[]) => build.collect(elements, { kind: 'list', element: INT })
const x = build.variable('x@0', INT, 'request')

test('equal by structure is equal', () => {
  const numbering = new Numbering()
  const make = () => build.and(build.equal(n(), constant(1, INT)), build.headerTest('a'))
  expect(numbering.of(make())).toBe(numbering.of(make()))
})

test.each<[string, Expr, Expr]>([
  ['values', constant(1, INT), constant(2, INT)],
  ['an int and a double', constant(1, INT), constant(1, DOUBLE)],
  ['the two zeros', constant(0, DOUBLE), constant(-0, DOUBLE)],
  ['a text and a number', constant('1', STRING), constant(1, INT)],
  ['what two identities call alike', n(INT), n(STRING)],
  [
    'what is empty of ints and of optionals',
    build.none({ kind: 'optional', value: INT }),
    build.none({ kind: 'optional', value: STRING }),
  ],
  ['a list and a set', list(n()), build.collect([n()], { kind: 'set', element: INT })],
  ['operands the other way round', build.compare('<', n(), constant(1, INT)), build.compare('<', constant(1, INT), n())],
  ['operators', build.compare('<', n(), n()), build.compare('<=', n(), n())],
  [
    'guards',
    build.and(build.headerTest('a'), build.headerTest('b')),
    build.chain('&&', [
      { expression: build.headerTest('a'), guards: [] },
      { expression: build.headerTest('b'), guards: [0] },
    ]),
  ],
  ['a header and whether it is there', build.header('a'), build.headerTest('a')],
  [
    'what is chosen and what is made of it',
    build.select(list(n()), 'x@0', build.TRUE, null, INT),
    build.select(list(n()), 'x@0', null, x, INT),
  ],
  ['variables', build.quantifier('all', list(n()), 'x@0', build.TRUE), build.quantifier('all', list(n()), 'y@0', build.TRUE)],
])('%s differ', (_, one, other) => {
  const numbering = new Numbering()
  expect(numbering.of(one)).not.toBe(numbering.of(other))
})
