/** What `compiler/codegen/routes/decision.property.test.ts` does not reach through emitted code: mistakes of a compiler. */
import { expect, test } from 'vitest'
import { anonymousFacts } from '../helpers.ts'
import type { DecisionRequest, Facts } from '../module.ts'
import { Obliger } from './obliger.ts'
import { forbid, permit } from './rule.ts'
import { Tracer } from './tracer.ts'

const someone: Facts = { ...anonymousFacts, identity: 0, caller: {} }
const request = { time: 0n, body: undefined } as DecisionRequest

test('all that decided, sorted, and the errors of all', () => {
  const trace = new Tracer(someone, request, true, [true], false)
  trace.judge(permit('p'))
  trace.judge(forbid('z', { because: 'last' }), [true])
  trace.judge(forbid('y', { because: 'first' }), [true, undefined])
  trace.judge(forbid('x'), [undefined, false])
  trace.judge(permit('a'), [undefined])
  expect(trace.end()).toEqual({
    effect: 'deny',
    reason: 'first',
    rules: ['y', 'z'],
    obligations: { headers: {}, limits: [] },
    challenge: null,
    shadow: [],
    errors: [
      { rule: 'a', error: 'evaluation' },
      { rule: 'y', error: 'evaluation' },
    ],
  })
})

test('no rule', () => {
  expect(new Tracer(someone, request, true, [true], false).end()).toMatchObject({ effect: 'deny', reason: 'default', rules: [] })
})

test('two permits that set one header to two values have no answer', () => {
  const [a, b] = [permit('a', { headers: ['x'] }), permit('b', { headers: ['x'] })]
  const trace = new Tracer(someone, request, true, [true], false)
  expect(trace.judge(a)).toBe(true)
  trace.oblige(null, ['1'])
  expect(trace.judge(b)).toBe(true)
  trace.oblige(null, ['2'])
  expect(() => trace.end()).toThrow('two values')
  const obliger = new Obliger()
  obliger.permit(a, null, ['1'])
  expect(() => obliger.permit(b, null, ['2'])).toThrow('two values')
})

test('a permit has no answer before the body of its route was read', () => {
  const trace = new Tracer(someone, request, true, [true], true)
  trace.judge(permit('a'))
  expect(() => trace.end()).toThrow('the body is to be read first')
})
