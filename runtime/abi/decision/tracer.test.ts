/** What `compiler/codegen/routes/decision.property.test.ts` does not reach through emitted code: mistakes of a compiler. */
import { expect, test } from 'vitest'
import { anonymousFacts } from '../helpers.ts'
import type { DecisionRequest, Facts, Trace } from '../module.ts'
import { OPEN } from './judged.ts'
import { Obliger } from './obliger.ts'
import { forbid, permit, requirement } from './rule.ts'
import { Tracer } from './tracer.ts'

const someone: Facts = { ...anonymousFacts, identity: 0, caller: {} }
const asker = { anonymous: false, stepsUp: true, signIn: true }
const request = { time: 0n, body: undefined } as DecisionRequest

function tracer(hasBody = false): Tracer {
  return new Tracer(someone, request, asker, hasBody, true)
}

function end(trace: Tracer): Trace {
  return trace.end(() => trace)
}

test('all that decided, sorted, and the errors of all', () => {
  const trace = tracer()
  trace.judge(permit('p'))
  trace.judge(forbid('z', { because: 'last' }), [true])
  trace.judge(forbid('y', { because: 'first' }), [true, undefined])
  trace.judge(forbid('x'), [undefined, false])
  trace.judge(permit('a'), [undefined])
  expect(end(trace)).toEqual({
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
  expect(end(tracer())).toMatchObject({ effect: 'deny', reason: 'default', rules: [] })
})

test('two permits that set one header to two values have no answer', () => {
  const [a, b] = [permit('a', { headers: ['x'] }), permit('b', { headers: ['x'] })]
  const trace = tracer()
  expect(trace.judge(a)).toBe(true)
  trace.oblige(null, ['1'])
  expect(trace.judge(b)).toBe(true)
  trace.oblige(null, ['2'])
  expect(() => end(trace)).toThrow('different values')
  const obliger = new Obliger()
  obliger.permit(a, null, ['1'])
  expect(() => obliger.permit(b, null, ['2'])).toThrow('different values')
})

test('a permit has no answer before the body of its route was read', () => {
  const trace = tracer(true)
  trace.judge(permit('a'))
  expect(() => end(trace)).toThrow('the body must be read before this decision')
})

const mfa = requirement('mfa', [], null)
const acr = requirement('acr', ['gold'], null)

test('why: the rules whose `to` fits with their clauses as they stand, and the permit that lacks least', () => {
  const trace = tracer()
  trace.judge(
    permit('pays', {
      require: [mfa],
      limit: { count: 1, per: 1000 },
      headers: ['x-a', 'x-b'],
      written: [
        'a.iap',
        'when 2:3-2:8',
        'unless 3:3-4:8',
        'limit 5:1-5:2',
        'header 6:1-6:2',
        'header 7:1-7:2',
        'require 8:1-8:4',
      ],
    }),
    [undefined, null],
  )
  trace.judge(permit('reads', { written: ['a.iap', 'when 12:3-12:8'] }), [false])
  trace.judge(forbid('no', { because: 'No.', unless: [acr], written: ['b.iap', 'when 3:1-3:2', 'unless 2:1-2:4'] }), [true])
  trace.judge(forbid('tried', { shadow: true }))
  const { rules, nearest } = end(trace).explanation()
  expect(
    rules.map(({ rule, effect, shadow, outcome, decides, because }) => [rule, effect, shadow, outcome, decides, because]),
  ).toEqual([
    ['no', 'forbid', false, 'holds', true, 'No.'],
    ['pays', 'permit', false, 'errs', false, null],
    ['reads', 'permit', false, 'fails', false, null],
    ['tried', 'forbid', true, 'holds', false, null],
  ])
  const [no, pays] = rules
  expect(no?.clauses).toEqual([
    { clause: 'unless', place: { file: 'b.iap', start: { line: 2, column: 1 }, end: { line: 2, column: 4 } }, outcome: 'true' },
    { clause: 'when', place: { file: 'b.iap', start: { line: 3, column: 1 }, end: { line: 3, column: 2 } }, outcome: 'true' },
  ])
  expect(pays?.clauses.map(({ clause, name, outcome }) => [clause, name, outcome])).toEqual([
    ['when', undefined, 'error'],
    ['unless', undefined, 'not-evaluated'],
    ['limit', undefined, 'not-evaluated'],
    ['header', 'x-a', 'not-evaluated'],
    ['header', 'x-b', 'not-evaluated'],
    ['require', undefined, 'false'],
  ])
  expect(nearest).toMatchObject({ permit: 'reads', to: null, clauses: [{ outcome: 'false' }], forbids: ['no'] })
})

test('why: what a permit obliges to may err, or wait for the body', () => {
  const outcomes = (key: Parameters<Tracer['oblige']>[0], values: Parameters<Tracer['oblige']>[1]) => {
    const trace = tracer(true)
    trace.judge(forbid('no'))
    const written = ['a.iap', 'limit 5:1-5:2', 'header 6:1-6:2', 'header 7:1-7:2']
    if (trace.judge(permit('a', { limit: { count: 1, per: 1000 }, headers: ['x-a', 'x-b'], written }))) trace.oblige(key, values)
    const [a] = end(trace).explanation().rules
    return [a?.outcome, a?.clauses.map(({ outcome }) => outcome).join(' ')]
  }
  expect(outcomes('k', ['1', '2'])).toEqual(['holds', 'true true true'])
  expect(outcomes(undefined, ['1', ' '])).toEqual(['errs', 'error true error'])
  expect(outcomes(OPEN, [undefined, OPEN])).toEqual(['open', 'open error open'])
})

test('why: a permit has no nearest one, nor has a route without one', () => {
  const none = tracer()
  none.judge(forbid('no'), [false])
  none.judge(permit('tried', { shadow: true }), [false])
  expect(end(none).explanation().nearest).toBeNull()
  const some = tracer()
  some.judge(permit('a'))
  expect(end(some).explanation()).toMatchObject({ rules: [{ rule: 'a', outcome: 'holds', decides: true }], nearest: null })
})
