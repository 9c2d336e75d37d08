import { expect, test } from 'vitest'
import { BOOL, INT, STRING } from '../../language/semantics/types/type.ts'
import * as build from './build.ts'
import type { Expr, PolicyIr, Step } from './index.ts'
import { verify } from './verify.ts'

const DEFAULT = { effect: 'deny', rule: null, reason: 'default' } as const

function policyOf(decide: readonly Step[], trace = decide, roles: PolicyIr['identities'][0]['roles'] = []): PolicyIr {
  const program = { decide, trace, otherwise: DEFAULT }
  const route = {
    name: 's.r',
    service: 's',
    labels: [],
    methods: null,
    template: '/',
    segments: [],
    params: ['id'],
    hosts: [],
    headers: [],
  }
  return {
    identities: [{ name: 'staff', methods: ['jwt'], claims: new Map(), spiffe: false, roles }],
    callerFields: ['n'],
    roleWords: 1,
    routes: [{ ...route, anonymous: program, authenticated: program }],
  }
}

const step = (rule: string, test: Expr, stage = 2): Step => ({ rule, effect: 'permit', stage, test, outcome: DEFAULT })

const n = build.callerField('n', INT)
const sum = build.arithmetic('+', n, n)

test('what is right passes', () => {
  const policy = policyOf([step('a', build.compare('>', sum, n), 0), step('b', build.TRUE)])
  expect(verify(policy)).toBe(policy)
})

test.each<[string, PolicyIr, string]>([
  ['no bool', policyOf([step('a', n)]), 'tests a int'],
  ['types', policyOf([step('a', build.equal(n, build.constant('x', STRING)))]), 'no equality'],
  ['order of what has none', policyOf([step('a', build.compare('<', build.TRUE, build.TRUE))]), 'no order'],
  ['an int out of range', policyOf([step('a', build.equal(n, build.constant(2 ** 53, INT)))]), 'wrong constant'],
  ['a parameter of another route', policyOf([step('a', build.equal(n, build.param(1, 'id', INT)))]), 'no such parameter'],
  ['a field that no caller has', policyOf([step('a', build.callerField('x', BOOL))]), 'no such field'],
  ['a role word that is not there', policyOf([step('a', build.roleTest(1, 1))]), 'no such roles'],
  ['another identity', policyOf([step('a', build.identityTest(1, 'staff'))]), 'no such identity'],
  [
    'a guard that comes later',
    policyOf([
      step(
        'a',
        build.chain('&&', [
          { expression: build.TRUE, guards: [1] },
          { expression: build.TRUE, guards: [] },
        ]),
      ),
    ]),
    'not before',
  ],
  ['a false proof', policyOf([step('a', { ...build.compare('>', sum, n), fails: false })]), 'marked safe'],
  ['steps out of order', policyOf([step('b', build.TRUE), step('a', build.TRUE)]), 'out of order'],
  ['a step that is not traced', policyOf([step('a', build.TRUE)], []), 'not traced'],
  ['a role that may err', policyOf([], [], [{ name: 'r', word: 0, bit: 0, test: build.compare('>', sum, n) }]), 'cannot fail'],
  [
    'a role that reads a later one',
    policyOf([], [], [{ name: 'r', word: 0, bit: 0, test: build.roleTest(0, 2) }]),
    'comes later',
  ],
  [
    'a role that reads the request',
    policyOf([], [], [{ name: 'r', word: 0, bit: 0, test: build.headerTest('x') }]),
    'reads the request',
  ],
])('%s', (_, policy, problem) => expect(() => verify(policy)).toThrow(problem))
