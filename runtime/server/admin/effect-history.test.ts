import { expect, onTestFinished, test } from 'vitest'
import type { Tallies } from '../../telemetry/metrics/tallies.ts'
import { EffectHistory } from './effect-history.ts'

const NONE = { permit: 0, deny: 0, challenge: 0, unauthenticated: 0, reject: 0 }

/** Tallies with so many requests by effect. */
function talliesOf(counts: Readonly<Record<string, number>>): Tallies {
  const requests = Object.entries(counts).map(([effect, count]) => ({ effect, durations: { counts: [count], sum: 0 } }))
  return { requests } as unknown as Tallies
}

function historyOf() {
  const proxy = { counts: {} as Readonly<Record<string, number>>, now: Date.UTC(2026, 0, 1), isGone: false }
  const history = new EffectHistory(
    async () => {
      if (proxy.isGone) throw new Error('gone')
      return talliesOf(proxy.counts)
    },
    () => proxy.now,
  )
  onTestFinished(() => history.close())
  return { history, proxy }
}

test('has the numbers of each interval, the last of which ends now', async () => {
  const { history, proxy } = historyOf()
  await history.sample()
  proxy.counts = { permit: 3, deny: 1 }
  proxy.now += 15_000
  await history.sample()
  proxy.counts = { permit: 5, deny: 1, reject: 2 }
  proxy.now += 4000
  const { intervals } = (await history.shown()) as { intervals: readonly object[] }
  expect(intervals.slice(-2)).toEqual([
    { ...NONE, from: '2026-01-01T00:00:00.000Z', until: '2026-01-01T00:00:15.000Z', permit: 3, deny: 1 },
    { ...NONE, from: '2026-01-01T00:00:15.000Z', until: '2026-01-01T00:00:19.000Z', permit: 2, reject: 2 },
  ])
})

test('is bounded, has no negative numbers, and spans what could not be asked', async () => {
  const { history, proxy } = historyOf()
  proxy.counts = { permit: 10 }
  await history.sample()
  // A worker died with its counters.
  proxy.counts = { permit: 4 }
  expect(await history.shown()).toMatchObject({ intervals: expect.arrayContaining([expect.objectContaining({ permit: 0 })]) })
  await history.sample()
  proxy.isGone = true
  await history.sample()
  proxy.isGone = false
  proxy.counts = { permit: 9 }
  const { intervals } = (await history.shown()) as { intervals: readonly { permit: number }[] }
  expect(intervals.at(-1)?.permit).toBe(5)
  for (let at = 0; at < 300; at++) await history.sample()
  expect(((await history.shown()) as { intervals: readonly object[] }).intervals).toHaveLength(120)
})
