import { expect, test } from 'vitest'
import { anonymousFacts } from '../helpers.ts'
import type { DecisionRequest, Facts, Outcome } from '../module.ts'
import { forbid, permit } from './rule.ts'
import { isCovered, type Judge, type JudgesOfCaller, tracing } from './tracing.ts'

const someone: Facts = { ...anonymousFacts, identity: 0, caller: {} }
const request = { time: 0n, body: undefined } as DecisionRequest

/** A route of one rule of each kind, and who was asked. */
function route({ permits = false }: { readonly permits?: boolean } = {}) {
  const asked: string[] = []
  const judge = (name: string, tell: Judge): Judge => {
    return (...question) => {
      asked.push(name)
      tell(...question)
    }
  }
  const authenticated: JudgesOfCaller = {
    rules: [judge('errs', (trace) => trace.judge(permit('errs'), [undefined]))],
    forbids: [judge('forbids', (trace) => trace.judge(forbid('forbids'), [false]))],
    permits: [judge('permits', (trace) => trace.judge(permit('permits'), [permits]))],
  }
  return { asked, trace: tracing([false], { signIn: false, body: false, anonymous: {}, authenticated }) }
}

const byNone: Outcome = { effect: 'deny', rule: null, reason: 'default' }
const byForbid: Outcome = { effect: 'deny', rule: 'forbids', reason: null }
const permitted: Outcome = { effect: 'permit', rule: 'permits', reason: null }

test.each([
  ['nothing', null, ['errs', 'forbids', 'permits']],
  ['a permit', permitted, ['errs', 'forbids', 'permits']],
  ['a denial by a rule', byForbid, ['errs', 'forbids']],
  ['a denial by none', byNone, ['errs']],
])('where %s is known, only those are asked that can be named', (_, decided, wanted) => {
  const { trace, asked } = route()
  const { errors } = trace(someone, request, decided)
  expect(asked).toEqual(wanted)
  expect(errors).toEqual([{ rule: 'errs', error: 'evaluation' }])
})

test('whoever asks why hears of all', () => {
  const { rules, nearest } = route().trace(someone, request, byNone).explanation()
  expect(rules.map(({ rule, outcome }) => [rule, outcome])).toEqual([
    ['errs', 'errs'],
    ['forbids', 'fails'],
    ['permits', 'fails'],
  ])
  expect(nearest?.permit).toBe('errs')
})

test('a denial that the rules do not give has no explanation', () => {
  const trace = route({ permits: true }).trace(someone, request, byNone)
  expect(() => trace.explanation()).toThrow('not evaluated')
})

test('a route is covered where a rule says anything of it, to whomever', () => {
  const trace = (anonymous: JudgesOfCaller, authenticated: JudgesOfCaller) =>
    tracing([false], { signIn: false, body: true, anonymous, authenticated })
  const judges = { permits: [() => {}] }
  expect(isCovered({ trace: trace({}, {}) })).toBe(false)
  expect(isCovered({ trace: trace(judges, {}) })).toBe(true)
  expect(isCovered({ trace: trace({}, judges) })).toBe(true)
  // A trace that this table did not make counts as covered.
  expect(isCovered({ trace: () => route().trace(someone, request) })).toBe(true)
})
