import { describe, expect, test } from 'vitest'
import { NO_OBLIGATIONS } from '../module/read-trace.ts'
import { differenceOf, type Judgement } from './judgement.ts'

const judged = (changes: Partial<Judgement> = {}): Judgement => ({
  ...{
    route: 'app.a',
    service: 'app',
    effect: 'permit',
    rules: ['a'],
    reason: null,
    challenge: null,
    obligations: NO_OBLIGATIONS,
  },
  all: () => changes.rules ?? ['a'],
  ...changes,
})
const deny = (changes: Partial<Judgement> = {}) => judged({ effect: 'deny', rules: [], reason: 'default', ...changes })
const difference = (active: Judgement, candidate: Judgement, names: Record<string, string[]> = {}) =>
  differenceOf(active, candidate, (rule) => [rule, ...(names[rule] ?? [])])
const limited = (rule: string, count = 5) => ({ headers: {}, limits: [{ rule, count, per: 1000, key: 'ann' }] })

describe('what differs', () => {
  test.each<readonly [string, Judgement, Judgement, string | null]>([
    ['nothing', judged(), judged(), null],
    ['nothing of two refusals', deny(), deny(), null],
    ['access is gained', deny(), judged(), 'newlyPermitted'],
    [
      'access is gained by who was asked to sign in',
      deny({ effect: 'unauthenticated', reason: null }),
      judged(),
      'newlyPermitted',
    ],
    ['access is lost to a challenge', judged(), deny({ effect: 'challenge' }), 'newlyDenied'],
    ['another reason', deny(), deny({ reason: 'Not now.', rules: ['f'] }), 'other'],
    ['another kind of refusal', deny(), deny({ effect: 'unauthenticated', reason: null }), 'other'],
    [
      'another code of a request that is refused before',
      deny({ effect: 'reject', reason: 'query' }),
      deny({ effect: 'reject', reason: 'body' }),
      'other',
    ],
    ['another forbid with the same words', deny({ reason: 'No.', rules: ['f'] }), deny({ reason: 'No.', rules: ['g'] }), 'other'],
    [
      'a forbid more, which says the same',
      deny({ reason: 'No.', rules: ['f'] }),
      deny({ reason: 'No.', rules: ['f', 'g'] }),
      null,
    ],
    ['another service', judged(), judged({ service: 'other' }), 'other'],
    ['the service of a refusal is nobody’s', deny(), deny({ service: 'other' }), null],
    ['another route to the same service', judged(), judged({ route: 'app.b' }), null],
    ['another permit', judged(), judged({ rules: ['b'] }), 'other'],
    [
      'the first of the same permits is another',
      judged({ all: () => ['a', 'b'] }),
      judged({ rules: ['b'], all: () => ['a', 'b'] }),
      null,
    ],
    ['permits of which one is in both', judged({ all: () => ['a', 'b'] }), judged({ rules: ['c'], all: () => ['b', 'c'] }), null],
    [
      'another header',
      judged({ obligations: { headers: { 'x-a': '1' }, limits: [] } }),
      judged({ obligations: { headers: { 'x-a': '2' }, limits: [] } }),
      'other',
    ],
    ['a header more', judged(), judged({ obligations: { headers: { 'x-a': '2' }, limits: [] } }), 'other'],
    ['another limit', judged({ obligations: limited('a') }), judged({ obligations: limited('a', 6) }), 'other'],
    ['a limit more', judged(), judged({ obligations: limited('a') }), 'other'],
    [
      'another requirement',
      deny({ effect: 'challenge', challenge: [{ what: 'mfa', values: [], within: null }] }),
      deny({ effect: 'challenge', challenge: [{ what: 'mfa', values: [], within: 1000 }] }),
      'other',
    ],
  ])('%s', (_, active, candidate, expected) => {
    expect(difference(active, candidate)).toBe(expected)
  })

  test('a rule that was called otherwise is the same, and so is its limit', () => {
    const [was, is] = [judged({ obligations: limited('a') }), judged({ rules: ['b'], obligations: limited('b') })]
    expect(difference(was, is)).toBe('other')
    expect(difference(was, is, { b: ['a'] })).toBeNull()
  })

  test('all rules are asked for only where those that are named do not tell', () => {
    const never = () => {
      throw new Error('asked')
    }
    expect(difference(judged({ all: never }), judged({ all: never }))).toBeNull()
    expect(difference(deny({ all: never }), judged({ all: never }))).toBe('newlyPermitted')
  })
})
