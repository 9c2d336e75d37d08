/** The tests that a bundle carries, before it serves: by two workers and their supervisor. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startLoad } from '../life/load.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { eventually } from '../support/until.ts'
import { changesIn, type Live, type LiveProxy, livePolicy, openLive } from './start-live.ts'

/** Writes of each policy that a worker is told to make whether its tests came with it. */
const STAGED = `data:text/javascript,${encodeURIComponent(`
import { appendFileSync } from 'node:fs'
if (process.env.IAP_WORKER) {
  const emit = process.emit
  process.emit = function (name, message, ...rest) {
    if (name === 'message' && message?.kind === 'prepare' && message.bundle !== null)
      appendFileSync('prepared.txt', message.bundle.manifest.sequence + ' ' + (message.bundle.tests === null ? 'without' : 'with') + '\\n')
    return emit.call(this, name, message, ...rest)
  }
}`)}`

let live: Live
let proxy: LiveProxy
/** Of the bundle that was released last. */
let sequence = 1
beforeAll(async () => {
  live = await openLive()
  proxy = await live.start({}, { env: { ...process.env, NODE_OPTIONS: `--import=${STAGED}` } }, 'stage')
})
afterAll(() => live?.close())

const guestsAre = (effect: string) => `
test "guests / on \\"users\\"" {
  as user { sub: "ben", groups: ["guests"] }
  GET "https://app.test/users/1"
  expect ${effect}
}`

test('one that fails: the policy before goes on everywhere, nobody notices, and log, status, metric and record say which', async () => {
  await eventually(() => changesIn(live, proxy).length > 0 || undefined)
  const earlier = changesIn(live, proxy)
  const before = earlier.at(-1) as { revision?: string; sequence?: number }
  const load = startLoad({ port: () => proxy.port, keepers: 4, openers: 2 })
  await load.more(20)
  await live.release(livePolicy(['staff', 'guests'], guestsAre('deny')), ++sequence)
  const [, said] = await proxy.running.line(/a bundle was refused: (.*) code=tests/)
  const message = 'the test "guests / on \\"users\\"" of the policy expects "deny", but got "permit by guests_in"'
  expect(said).toBe(message)
  expect((await proxy.api('GET', '/v1/rollout')).body).toMatchObject({
    active: { sequence: before.sequence },
    lastError: { code: 'tests', message },
  })
  expect(await proxy.running.metric('iap_policy_loads_total{result="tests"}')).toBe(1)
  const refused = await eventually(() =>
    changesIn(live, proxy)
      .slice(earlier.length)
      .find(({ change }) => change === 'refused'),
  )
  expect(refused).toMatchObject({ before: before.revision, refusal: { code: 'tests', message } })
  for (let i = 0; i < 4; i++) expect(await proxy.get('/users/1', live.bearer({ groups: ['guests'] }))).toEqual([403, 'denied'])
  // What serves is what a restart would begin with.
  expect(readFileSync(join(live.stage.folder, 'state', 'sequence.json'), 'utf8')).toContain(`"sequence":${before.sequence}`)
  await live.release(livePolicy(['staff', 'guests'], guestsAre('permit by guests_in')), ++sequence)
  await eventually(async () => ((await proxy.api('GET', '/v1/rollout')).body.active?.sequence === sequence ? true : undefined))
  for (let i = 0; i < 4; i++) expect((await proxy.get('/users/1', live.bearer({ groups: ['guests'] })))[0]).toBe(200)
  const { ok, byOutcome } = await load.stop()
  expect(byOutcome).toEqual({ '200': ok })
})

test('one worker runs them, no other does, nor one that comes later', async () => {
  const prepared = () =>
    readFileSync(join(live.stage.folder, 'prepared.txt'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${sequence} `))
      .sort()
  await live.release(livePolicy(['staff'], guestsAre('deny')), ++sequence)
  await eventually(async () => ((await proxy.api('GET', '/v1/rollout')).body.active?.sequence === sequence ? true : undefined))
  expect(prepared()).toEqual([`${sequence} with`, `${sequence} without`])
  const [first] = await proxy.running.workers()
  process.kill(first?.pid ?? 0, 'SIGKILL')
  await eventually(() => (prepared().length === 3 ? true : undefined))
  expect(prepared()).toEqual([`${sequence} with`, `${sequence} without`, `${sequence} without`])
})

test('`--check` runs them too, and tells of one that has expired', async () => {
  const bundle = '{ source: ./checked.iapb, keys: [./key.jwk.json], state: ./checked }'
  live.stage.configure({ upstream: live.upstream.origin, bundle, more: 'data: { listed: { push: true } }' })
  const check = async (policy: string, expires?: string) => {
    const bytes = await compilePolicy(policy, { signers: [testSigner], sequence: 4, ...(expires !== undefined && { expires }) })
    writeFileSync(join(live.stage.folder, 'checked.iapb'), bytes)
    const checking = live.stage.start({ args: ['--check'] })
    return [await checking.ended, checking.said()]
  }
  expect(await check(livePolicy(['staff'], guestsAre('deny')))).toEqual([0, expect.stringContaining('are valid')])
  expect(await check(livePolicy(['staff'], guestsAre('permit')))).toEqual([
    1,
    expect.stringMatching(
      /^iap: .*the test "guests \/ on \\"users\\"" of the policy expects "permit", but got "deny by default"$/m,
    ),
  ])
  expect(await check(livePolicy(['staff']), '2020-01-01T00:00:00Z')).toEqual([
    1,
    expect.stringMatching(/^iap: .*the bundle expired at 2020-01-01T00:00:00Z$/m),
  ])
})
