import { afterEach, describe, expect, test, vi } from 'vitest'
import { ask, outcomeOf } from '../support/ask.ts'
import { RawClient } from '../support/raw-client.ts'
import { type RawService, startRawService } from '../support/raw-service.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

let services: RawService[] = []
let app: TestProxy

afterEach(async () => {
  vi.restoreAllMocks()
  passed = 0
  await app?.close()
  await Promise.all(services.map((service) => service.close()))
})

async function start(count: number, service: string): Promise<void> {
  services = await Promise.all(Array.from({ length: count }, (_, i) => startRawService(({ answer }) => answer(String(i)))))
  app = await startTestProxy(
    services.map(({ origin }) => origin),
    { service },
  )
}

/** Stops the clock that says when an address is tried again; `pass` moves it on, by milliseconds. */
function stopClock(): void {
  const begun = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => begun + passed)
}
let passed = 0
const pass = (ms: number) => {
  passed += ms
}
const isUp = ({ origin }: RawService) => app.metric(`iap_upstream_up{service="app",address="${origin}"}`)
const get = () => ask(app.port, 'GET /open/x')
const post = () => ask(app.port, 'POST /open/x')

describe('an address is passed over, and comes back', () => {
  test('one that is killed', async () => {
    stopClock()
    await start(3, 'eject: { failures: 2, time: 400ms }')
    const [killed] = services as [RawService]
    await killed.down()
    // In turn: two of these come to it, and to nobody else.
    const statuses: number[] = []
    for (let i = 0; i < 6; i++) statuses.push((await post()).status)
    expect(statuses.toSorted()).toEqual([200, 200, 200, 200, 502, 502])
    expect(await isUp(killed)).toBe(0)
    expect(await app.metric('iap_upstream_ejections_total{service="app"}')).toBe(1)
    for (let i = 0; i < 12; i++) expect((await post()).status).toBe(200)
    await killed.up()
    pass(400)
    const bodies = new Set<string>()
    for (let i = 0; i < 6; i++) bodies.add((await post()).body)
    expect([...bodies].toSorted()).toEqual(['0', '1', '2'])
    expect(await isUp(killed)).toBe(1)
    expect(app.log.join('')).toMatch(/an address is passed over.*\n[\s\S]*an address is taken in again/)
  })

  test('one that never answers', async () => {
    await start(2, 'timeouts: { firstByte: 100ms }, eject: { failures: 2, time: 1h }')
    const [mute] = services as [RawService]
    mute.serve = () => {}
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => get().then(outcomeOf)))
    expect(outcomes.filter(([status]) => status === 504)).toHaveLength(4)
    for (let i = 0; i < 8; i++) expect((await get()).body).toBe('1')
    expect(mute.requests).toHaveLength(4)
  })

  test.each([
    [502, true],
    [503, true],
    [504, true],
    [500, false],
    [501, false],
    [429, false],
  ])('one that answers with %i: %s', async (status, passedOver) => {
    await start(2, 'eject: { failures: 3, time: 1h }')
    const [bad] = services as [RawService]
    bad.serve = ({ answer }) => answer('', status)
    for (let i = 0; i < 6; i++) await get()
    expect(await isUp(bad)).toBe(passedOver ? 0 : 1)
  })

  test('an answer in between counts from the beginning', async () => {
    await start(2, 'eject: { failures: 3, time: 1h }')
    const [flaky] = services as [RawService]
    flaky.serve = ({ answer }) => answer('', flaky.requests.length % 3 === 0 ? 200 : 503)
    for (let i = 0; i < 20; i++) await get()
    expect(await isUp(flaky)).toBe(1)
  })

  test('one that comes and goes does not fill the log', async () => {
    await start(1, 'eject: { failures: 1, time: 1h }')
    const [flaky] = services as [RawService]
    flaky.serve = ({ answer }) => answer('', flaky.requests.length % 2 === 0 ? 200 : 503)
    for (let i = 0; i < 20; i++) await get()
    expect(await app.metric('iap_upstream_ejections_total{service="app"}')).toBe(10)
    expect(app.log.filter((line) => /passed over|taken in/.test(line))).toHaveLength(2)
  })

  test('a client that goes away is no failure', async () => {
    await start(1, 'eject: { failures: 1, time: 1h }')
    const [only] = services as [RawService]
    let gone = false
    only.serve = ({ socket }) => {
      socket.on('close', () => {
        gone = true
      })
    }
    const c = new RawClient(app.port)
    c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    await eventually(() => (only.requests.length === 1 ? true : undefined))
    c.close()
    await eventually(() => gone || undefined)
    expect(await isUp(only)).toBe(1)
  })
})

test('when all are passed over, all are tried', async () => {
  await start(2, 'eject: { failures: 1, time: 1h }, retries: { attempts: 1 }')
  for (const service of services) await service.down()
  for (let i = 0; i < 4; i++) expect(outcomeOf(await get())).toEqual([502, 'upstream-unreachable'])
  expect(await Promise.all(services.map(isUp))).toEqual([0, 0])
  const [first, second] = services as [RawService, RawService]
  await second.up()
  const statuses = [(await get()).status, (await get()).status]
  // One of the two came to it, and brought it back: from now on all do.
  expect(statuses.toSorted()).toEqual([200, 502])
  for (let i = 0; i < 4; i++) expect((await get()).body).toBe('1')
  expect(await Promise.all([isUp(first), isUp(second)])).toEqual([0, 1])
})

test('when all are passed over and one is back, a request that may be sent again finds it', async () => {
  await start(2, 'eject: { failures: 1, time: 1h }')
  for (const service of services) await service.down()
  for (let i = 0; i < 2; i++) expect((await get()).status).toBe(502)
  await services[1]?.up()
  for (let i = 0; i < 4; i++) expect((await get()).body).toBe('1')
})

test('under load nobody notices that an address is killed and comes back', async () => {
  await start(3, 'eject: { failures: 2, time: 500ms }')
  const [killed] = services as [RawService]
  for (const service of services) {
    const { serve } = service
    service.serve = (request) => void setTimeout(serve, 2, request)
  }
  const seen: (readonly [number, string | null])[] = []
  let stop = false
  const clients = Array.from({ length: 8 }, async () => {
    const c = new RawClient(app.port)
    for (; !stop; ) {
      c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
      seen.push(outcomeOf(await c.response()))
    }
    c.close()
  })
  const more = async (count: number) => {
    const before = seen.length
    await eventually(() => (seen.length >= before + count ? true : undefined))
  }
  await more(100)
  await killed.down()
  await eventually(async () => ((await isUp(killed)) === 0 ? true : undefined))
  await more(300)
  await killed.up()
  const before = killed.requests.length
  await eventually(() => (killed.requests.length > before + 20 ? true : undefined))
  stop = true
  await Promise.all(clients)
  expect(seen.filter(([status]) => status !== 200)).toEqual([])
})

describe('without panic: a circuit breaker', () => {
  test('opens, lets one through when it is time, and closes', async () => {
    stopClock()
    await start(1, 'eject: { failures: 3, time: 1500ms }, panic: false')
    const [only] = services as [RawService]
    await only.down()
    for (let i = 0; i < 3; i++) expect(outcomeOf(await get())).toEqual([502, 'upstream-unreachable'])
    await only.up()
    const before = only.requests.length
    const refused = await get()
    expect(outcomeOf(refused)).toEqual([503, 'upstream-unavailable'])
    expect(refused.get('retry-after')).toBe('2')
    expect(only.requests).toHaveLength(before)
    const [record] = (await app.audit(4)).slice(-1)
    expect(record).toMatchObject({ effect: 'permit', status: 503, code: 'upstream-unavailable', upstream: null })
    pass(1500)

    // Half open: of many at once one goes there, and its answer lets the others in.
    let finish: () => void = () => {}
    only.serve = ({ answer }) => {
      finish = () => answer('back')
    }
    const all = Array.from({ length: 5 }, () => get())
    const refusals: unknown[] = []
    for (const each of all) void each.then((response) => refusals.push(outcomeOf(response)))
    await eventually(() => (only.requests.length > before && refusals.length >= 4 ? true : undefined))
    expect(refusals).toEqual(Array(4).fill([503, 'upstream-unavailable']))
    expect(only.requests).toHaveLength(before + 1)
    finish()
    expect((await Promise.all(all)).filter(({ body }) => body === 'back')).toHaveLength(1)
    only.serve = ({ answer }) => answer('closed')
    expect((await Promise.all(Array.from({ length: 5 }, () => get()))).map(({ body }) => body)).toEqual(Array(5).fill('closed'))
  })

  test('one that is tried in vain stays open, for longer', async () => {
    stopClock()
    await start(1, 'eject: { failures: 1, time: 1s }, panic: false')
    const [only] = services as [RawService]
    await only.down()
    expect((await get()).status).toBe(502)
    pass(1000)
    expect((await get()).status).toBe(502)
    await only.up()
    pass(1100)
    expect(outcomeOf(await get())).toEqual([503, 'upstream-unavailable'])
    pass(900)
    expect((await get()).status).toBe(200)
  })
})
