/** Which policy decides, as operators see it and go back: two workers, the API and the command. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inside } from '../cli/inside.ts'
import { ADMIN_TOKEN, misfit } from '../support/admin.ts'
import { eventually } from '../support/until.ts'
import { changesIn, type Live, type LiveProxy, livePolicy, openLive } from './start-live.ts'

let live: Live
beforeAll(async () => {
  live = await openLive()
})
afterAll(() => live?.close())

const active = async (proxy: LiveProxy, sequence: number) =>
  await eventually(async () => ((await proxy.api('GET', '/v1/rollout')).body.active?.sequence === sequence ? true : undefined))

/** What each of the workers answers to a guest. */
const asGuest = async (proxy: LiveProxy) => {
  const answers = new Set<number>()
  for (let i = 0; i < 6; i++) answers.add((await proxy.get('/users/x', live.bearer({ groups: ['guests'] })))[0])
  return [...answers]
}

test('back to the one before, and on again', async () => {
  let proxy = await live.start()
  await live.release(livePolicy(['staff', 'guests']), 2)
  await active(proxy, 2)
  expect(await asGuest(proxy)).toEqual([200])

  const back = await proxy.api('POST', '/v1/rollout/rollback')
  expect(misfit('POST', '/v1/rollout/rollback', back)).toBeNull()
  expect(back.body).toMatchObject({ active: { sequence: 1, origin: 'rollback' }, quarantined: expect.stringMatching(/^sha256:/) })
  expect(await asGuest(proxy)).toEqual([403])
  const twice = await proxy.api('POST', '/v1/rollout/rollback')
  expect([twice.status, misfit('POST', '/v1/rollout/rollback', twice)]).toEqual([409, null])

  // The source has it still, and it stays where it is; a restart too.
  expect((await proxy.api('POST', '/v1/rollout/refresh')).status).toBe(202)
  expect(await asGuest(proxy)).toEqual([403])
  proxy.running.child.kill('SIGTERM')
  expect(await proxy.running.ended).toBe(0)
  const changes = changesIn(live, proxy)
  expect(changes.map(({ change, by }) => [change, by])).toEqual([
    ['activated', null],
    ['activated', null],
    ['activated', 'token 1'],
    // There is none before that one.
    ['refused', 'token 1'],
    // It was looked at again.
    ['refused', null],
  ])
  proxy = await live.start({ workers: 1 })
  expect((await proxy.api('GET', '/v1/rollout')).body).toMatchObject({
    active: { sequence: 1 },
    lastError: { code: 'quarantined' },
  })
  expect(await asGuest(proxy)).toEqual([403])

  expect((await proxy.api('POST', '/v1/rollout/release')).status).toBe(200)
  await active(proxy, 2)
  expect(await asGuest(proxy)).toEqual([200])
  expect((await proxy.api('POST', '/v1/rollout/release')).status).toBe(409)
})

test('the command', async () => {
  const proxy = await live.start({ workers: 1 })
  const [, url = ''] = await proxy.running.line(/health and metrics on (http\S+)/)
  const iap = (words: readonly string[], env: Readonly<Record<string, string>> = { IAP_ADMIN_TOKEN: ADMIN_TOKEN }) =>
    inside(['rollout', ...words], { env })
  const status = await iap(['status', '--admin', url])
  expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sha256:[0-9a-f]{64}\n {2}sequence 2, since /) })
  const json = await iap(['status', '--admin', url, '--format', 'json'])
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, active: { sequence: 2 }, quarantined: null })
  const none = await iap(['release', '--admin', url])
  expect([none.code, none.stdout]).toEqual([1, '✗ no policy is quarantined, so none can be released\n'])
  expect(await iap(['status', '--admin', url], { IAP_ADMIN_TOKEN: '' })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('IAP_ADMIN_TOKEN'),
  })
  expect(await iap(['status', '--admin', url], { IAP_ADMIN_TOKEN: 'x'.repeat(44) })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('answered 401'),
  })
  expect((await iap(['status', '--admin', 'http://127.0.0.1:1'])).code).toBe(2)
})
