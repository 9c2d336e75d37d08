import { Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { Durations } from './durations.ts'

const BOUNDS = [0.001, 0.25, 1]
const OBSERVED = [
  ['permit', 0.0005],
  ['permit', 0.001],
  ['deny', 0.0011],
  ['permit', 1],
  ['deny', 7],
  ['permit', 0],
] as const

test('it is told as the library tells its own', async () => {
  const [mine, theirs] = [new Registry(), new Registry()]
  const durations = new Durations('seconds', 'how long it took', 'effect', BOUNDS, mine)
  const histogram = new Histogram({
    name: 'seconds',
    help: 'how long it took',
    labelNames: ['effect'],
    buckets: [...BOUNDS],
    registers: [theirs],
  })
  for (const [effect, seconds] of OBSERVED) {
    durations.observe(effect, seconds)
    histogram.observe({ effect }, seconds)
  }
  expect(await mine.metrics()).toBe(await theirs.metrics())
  expect((await mine.getMetricsAsJSON())[0]).toMatchObject({ name: 'seconds', help: 'how long it took', aggregator: 'sum' })
})

test('without a label it is there before the first observation', async () => {
  const [mine, theirs] = [new Registry(), new Registry()]
  const durations = new Durations('seconds', 'help', null, BOUNDS, mine)
  const histogram = new Histogram({ name: 'seconds', help: 'help', buckets: [...BOUNDS], registers: [theirs] })
  expect(await mine.metrics()).toBe(await theirs.metrics())
  durations.observe('', 0.3)
  histogram.observe(0.3)
  expect(await mine.metrics()).toBe(await theirs.metrics())
})
