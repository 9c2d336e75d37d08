import { describe, expect, test } from 'vitest'
import { BOOL, INT, STRING, type Type } from '../../language/checker/types/type.ts'
import * as build from '../ir/build.ts'
import type { Expr } from '../ir/index.ts'
import { before, passOn } from './pass-test-policy.ts'
import { shareSubexpressions } from './share-subexpressions.ts'

const { and, or, call, constant, header, headerTest, optional, orValue, within } = build
const NUMBERS: Type = { kind: 'list', element: INT }
const COUNTS: Type = { kind: 'map', value: INT }
const text = (value: string) => constant(value, STRING)
const int = (value: number) => constant(value, INT)
const n = build.callerField('n', INT)
const facts = build.data('facts', NUMBERS)
const element = build.variable('y@0', INT, 'request')
const lower = (of: Expr) => call('string.lowerAscii', [of], STRING)
const starts = (of: Expr, prefix: string) => call('string.startsWith', [of, text(prefix)], BOOL)
const agent = header('user-agent')

/** Of permits with these tests. */
function shared(...tests: readonly Expr[]): readonly string[] {
  const lines = passOn(before(...tests), shareSubexpressions).slice(0, -1)
  return lines.map((line) => line.replace(/^2 permit rule\d* /, ''))
}

describe('what is shared', () => {
  test('a header, with the test of whether it is there', () => {
    expect(shared(and(headerTest('user-agent'), build.equal(agent, text('x'))))).toEqual([
      '(&& (has (shared user-agent header:"user-agent")) (== (shared user-agent header:"user-agent") "x"))',
    ])
    expect(shared(headerTest('x'), build.equal(orValue(optional(header('x')), text(''), STRING), text('y')))).toEqual([
      '(has (shared x header:"x"))',
      '(== (orValue (optional (shared x header:"x")) "") "y")',
    ])
  })

  test('the largest that stands twice, and what is in it where that stands elsewhere, too', () => {
    const robot = starts(lower(agent), 'robot')
    expect(shared(robot, robot)).toEqual(
      Array(2).fill('(shared startsWith (string.startsWith (string.lowerAscii header:"user-agent") "robot"))'),
    )
    const known = '(shared lowerAscii (string.lowerAscii header:"user-agent"))'
    const holds = `(shared startsWith (string.startsWith ${known} "robot"))`
    expect(shared(robot, robot, starts(lower(agent), 'spider'))).toEqual([holds, holds, `(string.startsWith ${known} "spider")`])
  })

  test('an entry of a map, with the test of whether it is there', () => {
    const counts = build.callerField('x', COUNTS)
    const entry = build.mapRead(counts, text('k'), INT)
    expect(shared(and(within(text('k'), counts), build.equal(entry, int(1))))).toEqual([
      '(&& (has (shared found ([] caller.x "k"))) (== (shared found ([] caller.x "k")) 1))',
    ])
  })

  test('what a loop does in each round alike', () => {
    const same = build.equal(element, call('string.size', [lower(build.requestField('path'))], INT))
    expect(shared(build.quantifier('exists', facts, 'y@0', same))).toEqual([
      '(exists data:facts y@0 (== y@0 (shared size (string.size (string.lowerAscii request.path)))))',
    ])
  })
})

describe('what is not', () => {
  const bits = or(build.roleTest(0, 1), build.compare('>', n, int(2)))
  const even = build.equal(build.arithmetic('%', element, int(2)), int(0))
  const inLoop = build.quantifier('exists', facts, 'y@0', and(even, within(element, facts)))
  const first = call('string.charAt', [build.requestField('path'), n], STRING)
  const entry = optional(build.mapRead(build.callerField('x', COUNTS), first, INT))
  test.each<[string, Expr, string]>([
    ['what is cheap', and(bits, bits), '(&& (|| roles0:1 (> caller.n 2)) (|| roles0:1 (> caller.n 2)))'],
    ['what depends on the round', inLoop, '(exists data:facts y@0 (&& (== (% y@0 2) 0) (in y@0 data:facts)))'],
    [
      'a test that may err and is not dear, but what it tests',
      and(starts(first, 'a'), build.not(starts(first, 'a'))),
      '(&& (string.startsWith (shared charAt (string.charAt! request.path caller.n)) "a") (! (string.startsWith (shared charAt (string.charAt! request.path caller.n)) "a")))',
    ],
    [
      'an entry whose key may err by itself: missing it would be like an error',
      build.equal(entry, entry),
      '(== (shared known (optional ([] caller.x (string.charAt! request.path caller.n)))) (shared known (optional ([] caller.x (string.charAt! request.path caller.n)))))',
    ],
  ])('%s', (_, expression, printed) => {
    expect(shared(expression)).toEqual([printed])
  })
})
