import { expect, test } from 'vitest'
import { BOOL } from '../../language/semantics/types/type.ts'
import { callerField, FALSE, TRUE } from '../ir/build.ts'
import { dropDeadSteps } from './drop-dead-steps.ts'
import { passOn, program } from './pass-test-policy.ts'

const x = callerField('x', BOOL)

test('what is false goes; what comes after the certain is traced only', () => {
  const steps = program([
    { rule: 'a', effect: 'forbid', stage: 0, test: FALSE },
    { rule: 'b', effect: 'forbid', stage: 0, test: x },
    { rule: 'c', effect: 'permit', stage: 2, test: TRUE },
    { rule: 'd', effect: 'permit', stage: 2, test: x },
  ])
  expect(passOn(steps, dropDeadSteps)).toEqual([
    '0 forbid b caller.x → deny',
    '2 permit c true → permit',
    'trace only: 2 permit d caller.x → permit',
    'otherwise deny "default"',
  ])
})
