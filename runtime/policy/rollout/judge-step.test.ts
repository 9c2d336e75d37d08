import { describe, expect, test } from 'vitest'
import { countedSince, NOTHING_COUNTED, type StepCounts } from './counts.ts'
import { judgeStep } from './judge-step.ts'
import { DEFAULT_ROLLOUT, type Thresholds } from './rollout-config.ts'

const shadow = { share: { parts: 0, services: null }, time: 1000 }
const canary = { share: { parts: 100, services: null }, time: 1000 }

const counted = (some: Partial<StepCounts>): StepCounts => ({ ...NOTHING_COUNTED, ...some })
const config = (rollback: Partial<Thresholds> = {}) => ({
  ...DEFAULT_ROLLOUT,
  rollback: { ...DEFAULT_ROLLOUT.rollback, ...rollback },
})

describe('a step is passed', () => {
  test.each<[string, Partial<StepCounts>, number, typeof shadow, string]>([
    ['after its time, with enough requests', { compared: 100 }, 1000, shadow, 'passed'],
    ['not before its time', { compared: 1000 }, 999, shadow, 'time'],
    ['not where a clock was set back', { compared: 1000 }, -5000, shadow, 'time'],
    ['not with fewer requests, however long it takes', { compared: 99 }, 1e9, shadow, 'requests'],
    ['not by requests that were not compared', { unknown: 1000, skipped: 1000 }, 1e9, shadow, 'requests'],
    ['not where the candidate has decided nothing of its share', { compared: 1000 }, 1e9, canary, 'decided'],
    ['where it has', { compared: 1000, decided: 1 }, 1e9, canary, 'passed'],
  ])('%s', (_, counts, elapsed, stage, expected) => {
    const verdict = judgeStep(counted(counts), elapsed, stage, config())
    expect(verdict.kind === 'waits' ? verdict.for : verdict.kind).toBe(expected)
  })

  test('never by itself where an operator has set the share', () => {
    expect(judgeStep(counted({ compared: 1e6, decided: 1e6 }), 1e9, null, config())).toEqual({ kind: 'waits', for: null })
  })
})

describe('a policy is gone back from', () => {
  const limits = { newlyPermitted: 0, newlyDenied: 100, other: 1000, refusals: 50, failed: 2, after: 200 }
  test.each<[string, Partial<StepCounts>, Partial<Thresholds>, string | null]>([
    ['by what is stated where nothing is said: it throws once', { failed: 1 }, {}, 'failed'],
    ['or refuses one more of twenty', { compared: 1000, newlyDenied: 51 }, {}, 'refusals'],
    ['and not of fewer', { compared: 1000, newlyDenied: 50 }, {}, null],
    ['nor where as many are let in', { compared: 1000, newlyDenied: 500, newlyPermitted: 450 }, {}, null],
    ['whatever else differs', { compared: 1000, newlyPermitted: 900, other: 100 }, {}, null],
    ['where it throws more often than it may', { failed: 3 }, limits, 'failed'],
    ['not as often', { failed: 2 }, limits, null],
    ['where it lets in anybody', { compared: 200, newlyPermitted: 1 }, limits, 'newlyPermitted'],
    ['before so many requests nobody tells', { compared: 199, newlyPermitted: 199 }, limits, null],
    [
      'where it loses more than a hundredth',
      { compared: 1000, newlyDenied: 11, newlyPermitted: 0 },
      { ...limits, refusals: null },
      'newlyDenied',
    ],
    ['not a hundredth', { compared: 1000, newlyDenied: 10 }, { ...limits, refusals: null }, null],
    ['where it refuses more than a half of a hundredth more', { compared: 1000, newlyDenied: 6 }, limits, 'refusals'],
    ['where more than a tenth is otherwise', { compared: 1000, other: 101 }, limits, 'other'],
  ])('%s', (_, counts, rollback, code) => {
    for (const stage of [null, { ...shadow, time: 1e12 }]) {
      const verdict = judgeStep(counted(counts), 0, stage, config(rollback))
      expect(verdict.kind === 'back' ? verdict.breach.code : null).toBe(code)
    }
  })

  test('by however few requests, where a step would be passed by them', () => {
    const few = { ...config({ newlyPermitted: 0, after: 1000 }), requests: 10 }
    const counts = counted({ compared: 10, newlyPermitted: 1 })
    expect(judgeStep(counts, 999, shadow, few).kind).toBe('waits')
    expect(judgeStep(counts, 1000, shadow, few)).toEqual({
      kind: 'back',
      breach: {
        code: 'newlyPermitted',
        message:
          'the candidate permits what the active policy denies in 10% of 10 requests, above the threshold of 0%: read the audit records of the candidate',
      },
    })
  })

  test('says a share that is just above as that', () => {
    const verdict = judgeStep(counted({ compared: 100_000, newlyDenied: 1001 }), 0, null, config({ newlyDenied: 100 }))
    expect(verdict).toMatchObject({
      breach: { message: expect.stringContaining('1.01% of 100000 requests, above the threshold of 1%') },
    })
  })
})

test('what was counted since: nothing, where somebody begins anew', () => {
  const before = counted({ compared: 10, newlyPermitted: 2 })
  expect(countedSince(counted({ compared: 15, newlyPermitted: 2 }), before)).toEqual(counted({ compared: 5 }))
  expect(countedSince(counted({ compared: 15, newlyPermitted: 1 }), before)).toBeNull()
})
