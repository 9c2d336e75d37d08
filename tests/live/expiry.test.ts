/** A policy that comes to its end while it serves: two workers and their supervisor, by a clock that is ahead. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { eventually, WAIT } from '../support/until.ts'
import { changesIn, type Live, type LiveProxy, livePolicy, openLive } from './start-live.ts'

const HOUR = 3_600_000
let live: Live

beforeEach(async () => {
  live = await openLive()
  return () => live.close()
})
afterEach(() => clockAhead(0))

/** The supervisor's clock is as many milliseconds ahead as stand in a file. */
const CLOCK = `data:text/javascript,${encodeURIComponent(`
import { readFileSync } from 'node:fs'
if (!process.env.IAP_WORKER) {
  const now = Date.now
  Date.now = () => now() + Number(readFileSync('ahead.txt', 'utf8'))
}`)}`

function clockAhead(ms: number): void {
  const file = join(live.stage.folder, 'ahead.txt')
  writeFileSync(`${file}.new`, String(ms))
  renameSync(`${file}.new`, file)
}

/** Counts for so many hours from now on by a clock that is right. */
async function release(hours: number, sequence: number, policy = livePolicy(['staff'])): Promise<void> {
  const expires = new Date(Date.now() + hours * HOUR).toISOString().replace(/\.\d+Z$/, 'Z')
  const file = join(live.stage.folder, 'policy.iapb')
  writeFileSync(`${file}.new`, await compilePolicy(policy, { signers: [testSigner], sequence, expires }))
  renameSync(`${file}.new`, file)
}

async function start(bundle = '', workers = 1): Promise<LiveProxy> {
  clockAhead(0)
  return await live.start(
    { bundle: `{ source: ./policy.iapb, keys: [./key.jwk.json], state: ./state${bundle} }`, workers },
    { env: { ...process.env, NODE_OPTIONS: `--import=${CLOCK}` } },
  )
}

const ready = async ({ running }: LiveProxy) => {
  const { status, body } = await running.admin('/readyz')
  return `${status} ${body.trim()}`
}

/** What each of the workers answers. */
async function everywhere(proxy: LiveProxy, outcome: readonly [number, string | null]): Promise<void> {
  for (let i = 0; i < 6; i++) await expect.poll(() => proxy.get('/open/x'), WAIT).toEqual(outcome)
}

test('it closes, and the same policy with another end opens it again, without being made anew', async () => {
  await release(2, 1)
  const proxy = await start('', 2)
  await everywhere(proxy, [200, null])
  const { body } = await proxy.api('GET', '/v1/rollout')
  expect(body).toMatchObject({ expired: false, active: { sequence: 1 } })
  expect(await proxy.running.metric('iap_policy_expiry_seconds')).toBe(Date.parse(body.expires) / 1000)
  clockAhead(1.5 * HOUR)
  await proxy.running.line(/warn the policy expires within an hour expires=/)
  expect(await ready(proxy)).toBe('200 ok')
  clockAhead(2.5 * HOUR)
  await proxy.running.line(/error the policy has expired, and all requests are refused expires=/)
  await everywhere(proxy, [503, 'no-policy'])
  expect(await ready(proxy)).toBe('503 the policy has expired')
  expect((await proxy.api('GET', '/v1/rollout')).body).toMatchObject({ expired: true, expires: body.expires })
  const records = await eventually(() => {
    const found = live.stage.audit(proxy.audit).filter(({ status }) => status === 503)
    return found.length >= 6 ? found : undefined
  })
  for (const record of records) expect(record).toMatchObject({ effect: 'reject', code: 'no-policy', revision: null })
  // One that is over as well is no help.
  await release(1, 2, livePolicy(['staff', 'guests']))
  await proxy.running.line(/a bundle was refused: the bundle expired at .* code=expired/)
  const refused = await eventually(() => changesIn(live, proxy).find(({ change }) => change === 'refused'))
  expect(refused).toMatchObject({ refusal: { code: 'expired' } })
  await release(9, 2)
  await proxy.running.line(/info the policy is not expired/)
  await everywhere(proxy, [200, null])
  expect(await ready(proxy)).toBe('200 ok')
  expect((await proxy.api('GET', '/v1/rollout')).body).toMatchObject({ expired: false, active: { sequence: 2 }, activations: 1 })
  expect(readFileSync(join(live.stage.folder, 'state', 'sequence.json'), 'utf8')).toContain('"sequence":2')
})

test('it goes on where that is configured, over a restart, too, where others do not start; without an end: no metric', async () => {
  await release(2, 1)
  const proxy = await start(', whenExpired: warn')
  clockAhead(3 * HOUR)
  await proxy.running.line(/error the policy has expired expires=/)
  await everywhere(proxy, [200, null])
  expect(await ready(proxy)).toBe('200 ok')
  proxy.running.child.kill('SIGTERM')
  expect(await proxy.running.ended).toBe(0)
  clockAhead(3 * HOUR)
  const file = join(live.stage.folder, 'iap.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(', whenExpired: warn', ''))
  const none = live.stage.start({ spawn: { env: { ...process.env, NODE_OPTIONS: `--import=${CLOCK}` } } })
  expect(await none.ended, none.said()).toBe(1)
  expect(none.said()).toMatch(/iap: bundle `.*policy\.iapb` \(expired\): the bundle expired at 20/)
  const next = await live.start(
    { bundle: '{ source: ./policy.iapb, keys: [./key.jwk.json], state: ./state, whenExpired: warn }', workers: 1 },
    { env: { ...process.env, NODE_OPTIONS: `--import=${CLOCK}` } },
  )
  await everywhere(next, [200, null])
  expect((await next.api('GET', '/v1/rollout')).body).toMatchObject({
    expired: true,
    active: { origin: 'last-good' },
    lastError: { code: 'expired' },
  })
  await live.release(livePolicy(['staff']), 2)
  await eventually(async () => ((await next.api('GET', '/v1/rollout')).body.expires === null ? true : undefined))
  expect(await next.running.metric('iap_policy_expiry_seconds')).toBeNaN()
})
