/** What lasts is decided again when another policy decides, or other data: two workers, real streams. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { eventually } from '../support/until.ts'
import { type Live, type LiveProxy, livePolicy, openLive, openStreams } from './start-live.ts'

let live: Live
let proxy: LiveProxy
let sequence = 1
/** Records that are there from earlier tests. */
let before = 0

beforeAll(async () => {
  live = await openLive()
  proxy = await live.start({ listeners: '[{ address: "127.0.0.1:0", http2: true }]' }, {}, 'stage')
})
afterAll(() => live?.close())

beforeEach(async () => {
  await live.release(livePolicy(['staff', 'guests']), ++sequence)
  await active()
  before = live.stage.audit(proxy.audit).length
})

/** The last that was put there. */
const active = async () =>
  await eventually(async () => ((await proxy.api('GET', '/v1/rollout')).body.active?.sequence === sequence ? true : undefined))

/** Waits until one request of this method is under way. */
const underWay = (method: string) =>
  eventually(async () => {
    const count = await proxy.running.metric(`http_server_active_requests{http_request_method="${method}",url_scheme="http"}`)
    return count === 1 || undefined
  })

const POSTED = 'permit posts on app.posted to user when body.x > 0'

const records = (code: string) =>
  live.stage
    .audit(proxy.audit)
    .slice(before)
    .filter((record) => record.code === code)

test('another policy: who is not let through any more is cut, whoever still is goes on', async () => {
  const staff = await openStreams(proxy.port, '/users', live.bearer({ groups: ['staff'] }))
  const guests = [
    ...(await openStreams(proxy.port, '/users', live.bearer({ groups: ['guests'] }))),
    ...(await openStreams(proxy.port, '/users', live.bearer({ groups: ['guests'] }))),
  ]
  let goneOn = true
  for (const { ended } of staff) void ended.then(() => (goneOn = false))
  await live.release(livePolicy(['staff']), ++sequence)
  await active()
  await Promise.all(guests.map(({ ended }) => ended))
  const found = await eventually(() => (records('policy-changed').length === 6 ? records('policy-changed') : undefined))
  for (const record of found)
    expect(record).toMatchObject({ effect: 'permit', complete: false, detail: expect.stringMatching(/have changed/) })
  expect(goneOn).toBe(true)
  for (const stream of staff) stream.close()
})

test('other data: the same', async () => {
  expect((await proxy.api('PUT', '/v1/data/listed', ['ann', 'ben'])).status).toBe(200)
  const ann = await openStreams(proxy.port, '/listed', live.bearer({ sub: 'ann' }))
  const ben = await openStreams(proxy.port, '/listed', live.bearer({ sub: 'ben' }))
  let goneOn = true
  for (const { ended } of ann) void ended.then(() => (goneOn = false))
  const patch = [{ op: 'remove', path: '/1' }]
  const patched = await proxy.api('PATCH', '/v1/data/listed', patch, { 'content-type': 'application/json-patch+json' })
  expect(patched.status).toBe(200)
  await Promise.all(ben.map(({ ended }) => ended))
  await eventually(() => records('policy-changed').length === 3 || undefined)
  expect(goneOn).toBe(true)
  for (const stream of ann) stream.close()
})

test('changes that never stop put nothing off', async () => {
  expect((await proxy.api('PUT', '/v1/data/listed', ['ben'])).status).toBe(200)
  const ben = await openStreams(proxy.port, '/listed', live.bearer({ sub: 'ben' }))
  let isGone = false
  void Promise.all(ben.map(({ ended }) => ended)).then(() => (isGone = true))
  for (let round = 0; !isGone; round++) {
    expect((await proxy.api('PUT', '/v1/data/listed', [`somebody-${round}`])).status).toBe(200)
  }
})

test('what waited for its body over the change is decided again as well, once it lasts', async () => {
  await live.release(livePolicy(['staff', 'guests'], POSTED), ++sequence)
  await active()
  const client = new RawClient(proxy.port)
  const head = ['POST /posted/stream HTTP/1.1', 'Host: app.test', `Authorization: ${live.bearer({ groups: ['guests'] })}`]
  const rest = ['Accept: text/event-stream', 'Content-Type: application/json', 'Content-Length: 8', '', '{"x"']
  client.send([...head, ...rest].join('\n'))
  await underWay('POST')
  // On both workers, in front of it.
  const others = [
    ...(await openStreams(proxy.port, '/users', live.bearer({ groups: ['guests'] }))),
    ...(await openStreams(proxy.port, '/users', live.bearer({ groups: ['guests'] }))),
  ]
  await live.release(livePolicy(['staff'], POSTED.replace('to user', 'to user when false')), ++sequence)
  await active()
  // What decides again what is under way has come and gone.
  await Promise.all(others.map(({ ended }) => ended))
  client.send(': 1}')
  const record = await eventually(() => records('policy-changed').find(({ path }) => path === '/posted/stream'))
  expect(record).toMatchObject({ effect: 'permit', status: 200, complete: false })
  client.close()
})

test('a stream that has not answered yet gets 403', async () => {
  const waiting = proxy.get('/users/silent', live.bearer({ groups: ['guests'] }))
  await underWay('GET')
  await live.release(livePolicy(['staff']), ++sequence)
  expect(await waiting).toEqual([403, 'policy-changed'])
})
