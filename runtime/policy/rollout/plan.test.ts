import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { partsFor } from '../candidate/rollout-candidate.ts'
import { digestOfPlan, planOf } from './plan.ts'
import { DEFAULT_ROLLOUT, type RolloutConfig } from './rollout-config.ts'

const MINUTE = 60_000
const steps = [
  { parts: 0, time: 10 * MINUTE },
  { parts: 100, time: MINUTE },
  { parts: 1000, time: 2 * MINUTE },
]
const services = [
  { name: 'billing', hosts: [], labels: ['internal', 'money'] },
  { name: 'docs', hosts: [], labels: ['public'] },
  { name: 'site', hosts: [], labels: ['public'] },
  { name: 'stock', hosts: [] },
  { name: 'wiki', hosts: [], labels: ['internal'] },
]
const order = [
  { labels: ['public'], services: [] },
  { labels: ['nowhere'], services: [] },
  { labels: ['internal'], services: ['site'] },
]

const config = (more: Partial<RolloutConfig>): RolloutConfig => ({ ...DEFAULT_ROLLOUT, steps, ...more })
const shown = (of: RolloutConfig) =>
  planOf(of, services).map(({ share: { parts, services: some, whole = [] }, time }) => [parts, some, whole, time / MINUTE])

describe('a plan', () => {
  test('without an order is the steps, for all services', () => {
    expect(shown(config({}))).toEqual([
      [0, null, [], 10],
      [100, null, [], 1],
      [1000, null, [], 2],
    ])
  })

  test('goes through all shares of a group before the next one; the rest comes last, and whoever bears no such label is in none', () => {
    const [public_, internal] = [
      ['docs', 'site'],
      ['billing', 'wiki'],
    ]
    expect(shown(config({ order }))).toEqual([
      [0, null, [], 10],
      [100, public_, [], 1],
      [1000, public_, [], 2],
      [100, internal, public_, 1],
      [1000, internal, public_, 2],
      [100, null, [...(public_ as string[]), ...(internal as string[])], 1],
      [1000, null, [...(public_ as string[]), ...(internal as string[])], 2],
    ])
  })

  test('of a shadow alone is that, and none where there are no steps', () => {
    expect(shown(config({ steps: steps.slice(0, 1), order: [] }))).toEqual([[0, null, [], 10]])
    expect(shown(config({ steps: [] }))).toEqual([])
  })

  test('never takes back what a subject of a service had, and leads all of them to the last share', () => {
    const names = services.map(({ name }) => name)
    const anyGroup = fc.record({
      labels: fc.subarray(['public', 'internal', 'money', 'nowhere']),
      services: fc.subarray(names),
    })
    fc.assert(
      fc.property(fc.array(anyGroup, { maxLength: 4 }), (any) => {
        const plan = planOf(config({ order: any }), services)
        for (const name of names) {
          const parts = plan.map(({ share }) => partsFor(share, name, name))
          expect(parts.toSorted((a, b) => a - b)).toEqual(parts)
          expect(parts[0]).toBe(0)
          expect(parts.at(-1)).toBeGreaterThanOrEqual(1000)
        }
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  test('is known by its digest', () => {
    const digests = [{}, { order }, { steps: steps.slice(0, 2) }].map((more) => digestOfPlan(planOf(config(more), services)))
    expect(new Set(digests).size).toBe(3)
    expect(digestOfPlan(planOf(config({ order, requests: 7 }), services))).toBe(digests[1])
  })
})
