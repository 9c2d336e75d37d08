import { expect, test } from 'vitest'
import { BOOL, INT, STRING } from '../../language/checker/types/type.ts'
import { arithmetic, callerField, constant, FALSE, TRUE } from '../ir/build.ts'
import { dropDeadSteps } from './drop-dead-steps.ts'
import { passOn, program } from './pass-test-policy.ts'

const x = callerField('x', BOOL)
const n = callerField('n', INT)
const mfa = { what: 'mfa', values: [], within: null } as const

test('what is false, and what comes after the certain, is traced only', () => {
  const steps = program([
    { rule: 'a', effect: 'forbid', stage: 0, test: FALSE },
    { rule: 'b', effect: 'forbid', stage: 0, test: x },
    { rule: 'c', effect: 'permit', stage: 2, test: TRUE },
    { rule: 'd', effect: 'permit', stage: 2, test: x },
  ])
  expect(passOn(steps, dropDeadSteps)).toEqual([
    'trace only: 0 forbid a false',
    '0 forbid b caller.x',
    '2 permit c true',
    'trace only: 2 permit d caller.x',
    'otherwise deny "default"',
  ])
})

test.each([
  ['a forbid that can be cured', { rule: 'a', effect: 'forbid', stage: 0, test: TRUE, requires: [mfa] }],
  ['a permit with a requirement', { rule: 'a', effect: 'permit', stage: 2, test: TRUE, requires: [mfa] }],
  [
    'a limit whose key may err',
    { rule: 'a', effect: 'permit', stage: 2, test: TRUE, limit: { count: 1, per: 1000, by: arithmetic('+', n, n) } },
  ],
  [
    'a header',
    { rule: 'a', effect: 'permit', stage: 2, test: TRUE, headers: [{ name: 'x-a', value: callerField('x', STRING) }] },
  ],
  [
    'a header that cannot be sent',
    { rule: 'a', effect: 'permit', stage: 2, test: TRUE, headers: [{ name: 'x-a', value: constant('\n', STRING) }] },
  ],
  ['what waits for the body', { rule: 'a', effect: 'forbid', stage: 0, test: TRUE, open: TRUE }],
] as const)('%s is not certain', (_, step) => {
  const text = passOn(program([step, { rule: 'b', effect: 'permit', stage: 2, test: x }]), dropDeadSteps)
  expect(text).toContain('2 permit b caller.x')
})

test('what may wait for the body stays, whatever came of it', () => {
  const steps = program([
    { rule: 'a', effect: 'forbid', stage: 0, test: FALSE, open: x },
    { rule: 'b', effect: 'forbid', stage: 0, test: FALSE, open: FALSE },
    { rule: 'c', effect: 'permit', stage: 2, test: TRUE },
    { rule: 'd', effect: 'permit', stage: 2, test: x, open: TRUE },
    { rule: 'e', effect: 'permit', stage: 2, test: x, limit: { count: 1, per: 1000, by: n } },
  ])
  expect(passOn(steps, dropDeadSteps)).toEqual([
    '0 forbid a false open caller.x',
    'trace only: 0 forbid b false open false',
    '2 permit c true',
    '2 permit d caller.x open true',
    'trace only: 2 permit e caller.x limit 1 per 1000 by caller.n',
    'otherwise deny "default"',
  ])
})
