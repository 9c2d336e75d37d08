/** What sharing costs: CPU time per request of two workers, against that of one, of all their processes. `IAP_FULL` measures as the figures in the pages are. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { startLoad } from './load.ts'
import { openStage, type Running, type Stage } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let upstream: TestUpstream

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('x'.repeat(1024)))
  stage = await openStage()
})

afterAll(async () => {
  await upstream?.close()
  stage?.remove()
})

const FULL = process.env.IAP_FULL !== undefined
const ROUNDS = FULL ? 7 : 1
const REQUESTS = FULL ? 10_000 : 500

async function start(workers: number): Promise<{ proxy: Running; port: number }> {
  stage.configure({ upstream: upstream.origin, workers })
  const proxy = stage.start()
  const [port = 0] = await proxy.ready()
  return { proxy, port }
}

/** Microseconds of all processes per request. */
async function costOf({ proxy, port }: { proxy: Running; port: number }): Promise<number> {
  const load = startLoad({ port: () => port, keepers: 32, openers: 0 })
  await load.more(200)
  const cpu = () => proxy.metric('process_cpu_seconds_total')
  const [before, first] = [await cpu(), load.seen.ok]
  await load.more(REQUESTS)
  const [after, last] = [await cpu(), load.seen.ok]
  expect((await load.stop()).failed).toBe(0)
  return ((after - before) * 1e6) / (last - first)
}

test('two workers take per request what one does', async () => {
  const [one, two] = [await start(1), await start(2)]
  // What is compiled by then is no part of it.
  if (FULL) for (const each of [one, two, one, two]) await costOf(each)
  const ratios: number[] = []
  const costs: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const [single, shared] = [await costOf(one), await costOf(two)]
    ratios.push(shared / single)
    costs.push(`${shared.toFixed(0)}/${single.toFixed(0)}`)
  }
  const median = ratios.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN
  console.log(`CPU per request of two workers and of one: ${costs.join(' ')} µs, ${median.toFixed(3)} in the median`)
  expect(median).toBeGreaterThan(0)
  // A shared machine disturbs short rounds: those of each push only show that it can be measured.
  if (FULL) expect(median).toBeLessThan(1.1)
}, 600_000)
