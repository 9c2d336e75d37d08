import { describe, expect, test } from 'vitest'
import { BOOL, CIDR, DOUBLE, DURATION, INT, IP, STRING, TIMESTAMP, type Type } from '../../../language/checker/types/type.ts'
import { before, policyOf, program } from '../../passes/pass-test-policy.ts'
import * as build from '../build.ts'
import type { DecisionStep, Expr, PolicyIr, Program } from '../index.ts'
import { verify } from './verify.ts'

const NUMBERS: Type = { kind: 'list', element: INT }
const COUNTS: Type = { kind: 'map', value: INT }
const MAYBE: Type = { kind: 'optional', value: INT }
const n = build.callerField('n', INT)
const sum = build.arithmetic('+', n, n)
const facts = build.data('facts', NUMBERS)
const x = (type: Type = INT) => build.variable('x@0', type, 'request')
const text = build.constant('a', STRING)

function withRoles(roles: PolicyIr['identities'][0]['roles']): PolicyIr {
  const policy = policyOf(before())
  return { ...policy, identities: policy.identities.map((identity) => ({ ...identity, roles })) }
}

const role = (test: Expr) => withRoles([{ name: 'r', word: 0, bit: 0, data: [], test }])

describe('what is right passes', () => {
  test.each<[string, Expr]>([
    ['arithmetic', build.compare('>', sum, n)],
    ['a variable in a loop', build.quantifier('all', facts, 'x@0', build.compare('<', x(), n))],
    [
      'the keys of a map',
      build.quantifier('exists', build.collectMap([{ key: 'a', value: n }], COUNTS), 'x@0', build.equal(x(STRING), text)),
    ],
    ['an argument', build.bind('x@0', sum, build.equal(x(), x()))],
    [
      'optionals',
      build.equal(build.optMap(build.optional(build.listRead(facts, n, INT)), 'x@0', build.negate(x())), build.some(n)),
    ],
    [
      'times',
      build.compare(
        '<',
        build.arithmetic('-', build.requestField('time'), build.constant(1n, DURATION), TIMESTAMP),
        build.requestField('time'),
      ),
    ],
    ['a built-in', build.call('cidr.containsIP(ip)', [build.constant('10.0.0.0/8', CIDR), build.requestField('sourceIp')], BOOL)],
    ['a filter', build.equal(build.select(facts, 'x@0', build.compare('<', x(), n), null, NUMBERS), facts)],
  ])('%s', (_, expression) => {
    const policy = policyOf(before(expression))
    expect(verify(policy)).toBe(policy)
  })
})

describe('wrong expressions', () => {
  test.each<[string, Expr, string]>([
    ['no bool', n, 'tests a int'],
    ['types', build.equal(n, text), 'no equality'],
    ['records', build.equal(build.mtls(), build.mtls()), 'no equality'],
    ['order of what has none', build.compare('<', build.requestField('sourceIp'), build.requestField('sourceIp')), 'no order'],
    ['an int out of range', build.equal(n, build.constant(2 ** 53, INT)), 'wrong constant'],
    ['an int below zero that is zero', build.equal(n, { ...build.constant(0, INT), value: -0 }), 'wrong constant'],
    ['a timestamp that is a number', build.equal(build.requestField('time'), build.constant(1, TIMESTAMP)), 'wrong constant'],
    ['an optional that has a value', build.equal(build.some(n), build.constant(1, MAYBE)), 'wrong constant'],
    ['a parameter of another route', build.equal(n, build.param(1, 'id', INT)), 'no such parameter'],
    ['a field that no caller has', build.callerField('y', BOOL), 'no such field'],
    ['data that there are not', build.equal(n, build.data('others', INT)), 'no such data'],
    ['a role word that is not there', build.roleTest(2, 1), 'no such roles'],
    ['another identity', build.identityTest(1, 'staff'), 'no such identity'],
    ['a variable that nothing declares', build.equal(n, x()), 'no such variable'],
    ['a variable of another type', build.quantifier('all', facts, 'x@0', x(BOOL)), 'no such variable'],
    ['a variable in its own value', build.bind('x@0', x(), build.TRUE), 'no such variable'],
    ['a variable in its range', build.quantifier('all', x(NUMBERS), 'x@0', build.TRUE), 'no such variable'],
    ['a loop over a number', build.quantifier('all', n, 'x@0', build.TRUE), 'no quantifier'],
    ['a loop that tests no bool', build.quantifier('all', facts, 'x@0', n), 'no quantifier'],
    [
      'a list of a set',
      build.equal(build.select(build.collect([n], { kind: 'set', element: INT }), 'x@0', null, x(), NUMBERS), facts),
      'no selection',
    ],
    ['a list read by itself', build.equal(build.listRead(facts, n, INT), n), 'outside of an optional'],
    ['a map read by a number', build.equal(build.mapRead(build.collectMap([], COUNTS), n, INT), n), 'no map read'],
    ['orValue of what is no optional', build.equal(build.orValue(n, n, INT), n), 'no value of an optional'],
    ['optMap of what is no optional', build.equal(build.optMap(n, 'x@0', n), build.some(n)), 'no optional'],
    ['an optional of an optional', build.equal(build.some(build.some(n)), build.some(n)), 'an optional of an optional'],
    [
      'a map with a key twice',
      build.equal(
        build.collectMap(
          [
            { key: 'a', value: n },
            { key: 'a', value: n },
          ],
          COUNTS,
        ),
        build.collectMap([], COUNTS),
      ),
      'no map',
    ],
    ['a number and a time', build.equal(build.arithmetic('+', n, build.constant(1n, DURATION), INT), n), 'no arithmetic'],
    [
      'the rest of doubles',
      build.equal(build.arithmetic('%', build.constant(1, DOUBLE), build.constant(1, DOUBLE)), build.constant(1, DOUBLE)),
      'no arithmetic',
    ],
    ['a built-in of something else', build.call('string.startsWith', [n, text], BOOL), 'a wrong operand 0'],
    ['a built-in of too much', build.call('string.startsWith', [text, text, text], BOOL), 'a wrong number'],
    ['a built-in that gives something else', build.equal(build.call('ip(string)', [text], STRING), text), 'a wrong result'],
    ['a pattern that is no constant', build.call('string.matches', [text, build.requestField('path')], BOOL), 'no constant'],
    ['orValue as a call', build.equal(build.call('optional.orValue', [build.some(n), n], INT), n), 'no call'],
    [
      'a guard that comes later',
      build.chain('&&', [
        { expression: build.TRUE, guards: [1] },
        { expression: build.TRUE, guards: [] },
      ]),
      'not before',
    ],
    [
      'a variable in what is shared',
      build.quantifier('all', facts, 'x@0', build.equal(build.shared('x', x()), n)),
      'in what is shared',
    ],
    ['shared what may be missing', build.present(build.shared('n', n)), 'may be missing'],
    ['a false proof', { ...build.compare('>', sum, n), fails: false }, 'marked safe'],
    [
      'a false proof of a built-in',
      build.equal({ ...build.call('int(string)', [build.requestField('path')], INT), fails: false }, n),
      'marked safe',
    ],
    ['a child that is not told of', { ...build.not(build.compare('>', n, n)), kinds: 0 }, 'says wrong'],
    ['a proof forgotten', { ...build.compare('>', n, n), fails: true }, 'marked failing'],
  ])('%s', (_, expression, problem) => expect(() => verify(policyOf(before(expression)))).toThrow(problem))
})

const step = (rule: string, more: Partial<DecisionStep> = {}) =>
  ({ rule, effect: 'permit', stage: 2, test: build.TRUE, ...more }) as const

describe('wrong programs', () => {
  test.each<[string, Program, string]>([
    ['steps out of order', program([step('b'), step('a')]), 'out of order'],
    ['a step that is not traced', { ...program([step('a')]), trace: [] }, 'not traced'],
    ['what waits for the body by no bool', program([step('a', { open: n })]), 'is open by a int'],
    ['what waits for the body wrongly', program([step('a', { open: build.callerField('y', BOOL) })]), 'no such field'],
    ['a limit by a list', program([step('a', { limit: { count: 1, per: 1000, by: facts } })]), 'is limited by a list<int>'],
    ['a header that is no text', program([step('a', { headers: [{ name: 'x-a', value: n }] })]), 'sets x-a to a int'],
    ['a header of nothing', program([step('a', { headers: [{ name: 'x-a', value: x(STRING) }] })]), 'no such variable'],
  ])('%s', (_, wrong, problem) => expect(() => verify(policyOf(wrong))).toThrow(problem))
})

describe('wrong roles', () => {
  test.each<[string, PolicyIr, string]>([
    ['one that may err', role(build.compare('>', sum, n)), 'cannot fail'],
    ['one that reads a later one', role(build.roleTest(0, 2)), 'comes later'],
    ['one that reads the request', role(build.headerTest('x')), 'reads the request'],
    ['one that reads the time', role(build.equal(build.requestField('time'), build.requestField('time'))), 'reads the request'],
    ['one that asks for a requirement', role(build.requirementTest('mfa', [], null)), 'reads the request'],
    [
      'one that reads the address',
      role(build.equal(build.constant('::', IP), build.requestField('sourceIp'))),
      'reads the request',
    ],
  ])('%s', (_, policy, problem) => expect(() => verify(policy)).toThrow(problem))

  test('one that reads data is right', () => {
    const policy = role(build.within(n, facts))
    expect(verify(policy)).toBe(policy)
  })
})
