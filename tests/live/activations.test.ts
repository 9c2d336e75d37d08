/** Policies and data change under load: no request notices, and each record tells by what it was decided. Two workers; in the full size a thousand times, and by policies of 1,000 rules. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startLoad } from '../life/load.ts'
import { eventually } from '../support/until.ts'
import { changesIn, type Live, type LiveProxy, livePolicy, openLive } from './start-live.ts'

const FULL = process.env.IAP_FULL === '1'
const ACTIVATIONS = FULL ? 1000 : 10
const TIMED = FULL ? 20 : 1
const RULES = FULL ? 1000 : 300
/** The clocks of processes of one machine, read to a millisecond. */
const TICK = 2

let live: Live

beforeAll(async () => {
  live = await openLive()
})
afterAll(() => live?.close())

/** Each with content of its own, and so with a revision of its own. */
const version = (sequence: number) =>
  livePolicy(['staff'], `// ${sequence}\npermit nobody_${sequence} on app.users to anyone when false`)

/** Megabytes of each worker. */
async function memory({ running }: LiveProxy): Promise<readonly number[]> {
  const workers = await running.workers()
  return workers.map(({ pid }) => {
    const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Math.round(Number(kilobytes) / 1024)
  })
}

const changesOf = (proxy: LiveProxy) => changesIn(live, proxy)

test(`${ACTIVATIONS} activations under load, with data between them`, async () => {
  const proxy = await live.start()
  const load = startLoad({ port: () => proxy.port, keepers: 6, openers: 2 })
  await load.more(50)
  const begun: number[] = [0]
  const sizes: (readonly number[])[] = []
  for (let sequence = 2; sequence <= ACTIVATIONS + 1; sequence++) {
    begun.push(Date.now())
    await live.release(version(sequence), sequence)
    if (sequence % 4 === 0) expect((await proxy.api('PUT', '/v1/data/listed', [`ann-${sequence}`])).status).toBe(200)
    await eventually(() => (proxy.running.said().includes(`sequence=${sequence} `) ? true : undefined), 'it is not activated')
    if (sequence % Math.ceil(ACTIVATIONS / 5) === 0) sizes.push(await memory(proxy))
  }
  await load.more(50)
  const { ok, failed, byOutcome } = await load.stop()
  expect([failed, byOutcome]).toEqual([0, { '200': ok }])
  // All is written by then.
  const records = await eventually(() => {
    const found = live.stage.audit(proxy.audit)
    return found.length === ok ? found : undefined
  }, 'records are missing')
  const activations = changesOf(proxy)
  expect(activations.map(({ change }) => change)).toEqual(Array.from({ length: ACTIVATIONS + 1 }, () => 'activated'))
  const from = new Map(activations.map((change, at) => ['revision' in change ? change.revision : null, at]))
  expect(from.size).toBe(ACTIVATIONS + 1)
  const wrong = records.filter(({ revision, time }) => {
    const at = from.get(revision) as number
    const next = activations[at + 1]
    const arrived = Date.parse(time)
    return arrived < (begun[at] as number) - TICK || (next !== undefined && arrived > Date.parse(next.time) + TICK)
  })
  expect(wrong).toEqual([])
  const used = new Set(records.map(({ revision }) => revision))
  console.log(
    `${ok} requests under ${used.size} of ${from.size} revisions; memory of the workers, MB: ${sizes.map((each) => each.join('+')).join(', ')}`,
  )
  const [first = [], last = []] = [sizes[1], sizes.at(-1)]
  if (FULL) for (const [worker, size] of last.entries()) expect(size).toBeLessThan((first[worker] as number) * 1.1 + 10)
  proxy.running.child.kill('SIGTERM')
  expect(await proxy.running.ended).toBe(0)
}, 600_000) // The full size takes longer than the default time-out.

/** Writes the longest time for which the process was at something else, in milliseconds, when it is told to; then it begins anew. */
const LAG = `data:text/javascript,${encodeURIComponent(`
import { appendFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
if (process.env.IAP_WORKER) {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  process.on('SIGUSR2', () => {
    appendFileSync('lag.txt', Math.round(histogram.max / 1e5) / 10 + '\\n')
    histogram.reset()
  })
}`)}`

test(`from a bundle of ${RULES} rules on disk to every worker`, async () => {
  const rules = Array.from({ length: RULES }, (_, i) => i)
  /** Each rule has a test, which the worker that takes the policy first runs. */
  const large = (sequence: number) =>
    livePolicy(
      ['staff'],
      `${rules
        .map(
          (i) =>
            `permit many_${i} on app.users to user when "g${i}" in caller.groups && caller.sub != "x${sequence}" && request.headers[?"x-a"].orValue("") != "${i}"`,
        )
        .join('\n')}
test "each group" {
  as user { sub: "ann", groups: [$group] }
  GET "https://app.test/users/1"
  expect permit
  cases {
    ${rules.map((i) => `"${i}": { group: "g${i}" }`).join('\n')}
  }
}`,
    )
  const proxy = await live.start({ workers: FULL ? 2 : 1 }, { env: { ...process.env, NODE_OPTIONS: `--import=${LAG}` } })
  let sequence = 10_000
  const activate = async () => {
    await live.prepare(large(++sequence), sequence)
    const tell = async () => {
      for (const { pid } of await proxy.running.workers()) process.kill(pid, 'SIGUSR2')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await tell()
    const before = readFileSync(join(live.stage.folder, 'lag.txt'), 'utf8').length
    const from = Date.now()
    live.publish()
    const change = await eventually(() => changesOf(proxy).find((one) => 'sequence' in one && one.sequence === sequence))
    await new Promise((resolve) => setTimeout(resolve, 200))
    await tell()
    const lags = readFileSync(join(live.stage.folder, 'lag.txt'), 'utf8').slice(before).trim().split('\n').map(Number)
    return { took: Date.parse(change.time) - from, lag: Math.max(...lags) }
  }
  // The first one has nothing to be compared with.
  await activate()
  const all: { took: number; lag: number }[] = []
  for (let i = 0; i < TIMED; i++) all.push(await activate())
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number
  const took = all.map(({ took }) => took)
  const lags = all.map(({ lag }) => lag)
  console.log(
    `${TIMED} times: in force everywhere after ${median(took)} ms (${took.join(', ')}); the longest time at something else ${median(lags)} ms (${lags.join(', ')})`,
  )
  // A figure for a machine that does nothing else.
  if (FULL) expect([median(took) < 250, median(lags) < 30]).toEqual([true, true])
  proxy.running.child.kill('SIGTERM')
  expect(await proxy.running.ended).toBe(0)
}, 600_000) // The full size takes longer than the default time-out.
