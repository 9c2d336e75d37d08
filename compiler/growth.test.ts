/** How work grows with a policy, and with a body. In a file of its own, as counting steps slows all tests that run beside it. */
import { expect, test } from 'vitest'
import { INT } from '../language/checker/types/type.ts'
import { helpers, type Validators } from '../runtime/abi/index.ts'
import { stepsOf } from '../tests/support/steps.ts'
import { standaloneValidators } from './bundle/index.ts'
import * as build from './ir/build.ts'
import { passOn, program } from './passes/pass-test-policy.ts'
import { subsumeSteps } from './passes/subsume-steps.ts'

test('to look for rules that others say already is no more work for a rule of a route with many', () => {
  const level = build.callerField('n', INT)
  const many = Array.from({ length: 1000 }, (_, at) => ({
    ...({ rule: `r${String(at).padStart(4, '0')}`, effect: 'permit', stage: 2 } as const),
    test: build.and(build.roleTest(0, 1 + (at % 3)), build.compare('>', level, build.constant(at, INT))),
  }))
  const steps = (count: number) => stepsOf(() => passOn(program(many.slice(0, count)), subsumeSteps))
  expect(steps(1000)).toBeLessThan(5 * steps(250))
})

test('a list is checked for repetitions in time that grows with its length alone', () => {
  const source = { properties: { list: { uniqueItems: true } } }
  const code = standaloneValidators({ claims: {}, data: {}, bodies: { 's.r': { type: {}, source } } })
  const { bodies } = new Function('abi', code)(helpers) as Validators
  const list = Array.from({ length: 8_000 }, (_, at) => [at])
  const steps = (size: number) => stepsOf(() => expect(bodies['s.r']?.({ list: list.slice(0, size) })).toBe(true))
  expect(steps(8_000)).toBeLessThan(5 * steps(2_000))
})
