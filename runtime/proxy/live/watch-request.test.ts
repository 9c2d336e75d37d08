/** What ends requests that wait for events that never come: a service that calls nothing back, and a step that settles never. */
import { expect, test } from 'vitest'
import { Forwarding } from '../forwarding/forwarding.ts'
import { defaultLimits } from '../proxy-context.ts'
import type { RequestContext } from '../request-context.ts'
import type { Address, Service } from '../upstreams/index.ts'
import { LiveRequests } from './live-requests.ts'
import { GRACE } from './watch-request.ts'

const timeouts = { connect: 1000, firstByte: 2000, idle: 4000, total: null }

interface Told {
  status: number | null
  code: string | null
  isBroken: boolean
  /** Requests that count at the service. */
  open: number
  isAborted: boolean
}

/** A request as its watch sees it. */
function start(isComplete: boolean): { context: RequestContext; told: Told; live: LiveRequests } {
  const told: Told = { status: null, code: null, isBroken: false, open: 0, isAborted: false }
  const answer = {
    multiplexed: false,
    headersSent: false,
    writableLength: 0,
    writeHead: (status: number) => {
      told.status = status
      answer.headersSent = true
    },
    pass: () => true,
    end: () => {},
    destroy: () => {
      told.isBroken = true
    },
  }
  const live = new LiveRequests()
  live.close()
  const metrics = { upstreamError: (_: string, code: string) => (told.code = code) }
  const context = {
    proxy: { live, limits: defaultLimits, metrics, log: { error: () => {} }, pages: {}, draining: false },
    incoming: {
      method: 'POST',
      url: '/x',
      headers: {},
      complete: isComplete,
      withBody: false,
      httpVersion: '2.0',
      socket: {},
      on() {},
      once() {},
      resume() {},
    },
    answer,
    request: { method: 'POST', rawPath: '/x', rawQuery: '', headers: new Headers() },
    body: null,
    attempts: 0,
    responseBytes: 0,
    upstreamStatus: null,
    authentication: null,
    decisionRequest: null,
    tunnel: null,
    forwarding: null,
    watchedSince: null,
    cors: null,
    limit: null,
    isLive: false,
    liveBefore: null,
    liveAfter: null,
    answered: (status: number) => {
      fake.upstreamStatus = status
    },
  }
  const fake = context as unknown as RequestContext
  live.add(fake)
  return { context: fake, told, live }
}

/** Its service calls nothing back, but when it is told to. */
async function forward(isComplete: boolean) {
  const { context, told, live } = start(isComplete)
  const address = {
    label: 'http://a',
    dispatch: (_: unknown, handler: Forwarding) => {
      handler.onConnect(() => {
        told.isAborted = true
        handler.onError(new Error('aborted'))
      })
    },
  }
  const service = {
    name: 'app',
    config: { timeouts, retries: { attempts: 1 } },
    take: () => {
      told.open++
      return address as unknown as Address
    },
    giveBack: () => told.open--,
    answered: () => {},
    failed: () => {},
  } as unknown as Service
  const forwarding = new Forwarding(context, service, context.request as never, [])
  forwarding.begin()
  await new Promise((resolve) => setImmediate(resolve))
  expect(told.open).toBe(1)
  return { context, told, live, forwarding }
}

test('a request whose service never answers is refused, and counts there no more', async () => {
  const { told, live } = await forward(true)
  live.watch(0)
  live.watch(timeouts.connect + timeouts.firstByte + GRACE - 1)
  expect(told.status).toBe(null)
  live.watch(timeouts.connect + timeouts.firstByte + GRACE)
  expect(told).toEqual({ status: 504, code: 'upstream-timeout', isBroken: false, open: 0, isAborted: true })
})

test('while its body comes, that has a timer of its own', async () => {
  const { context, told, live } = await forward(false)
  for (let now = 0; now < 100_000; now += 1000) live.watch(now)
  expect(told.status).toBe(null)
  Object.assign(context.incoming, { complete: true })
  live.watch(100_000)
  live.watch(200_000)
  expect(told.status).toBe(504)
})

test('an answer that stops is broken off after its idle time, and not before', async () => {
  const { context, told, live, forwarding } = await forward(true)
  live.watch(0)
  forwarding.onResponseStarted()
  forwarding.onHeaders(200, [], () => {})
  await new Promise((resolve) => setImmediate(resolve))
  for (let now = 1000; now <= 60_000; now += 1000) {
    context.responseBytes++
    live.watch(now)
  }
  live.watch(60_000 + timeouts.idle + GRACE - 1)
  expect(told.isBroken).toBe(false)
  live.watch(60_000 + timeouts.idle + GRACE)
  expect(told).toMatchObject({ code: 'upstream-timeout', isBroken: true, open: 0, isAborted: true })
})

test('an answer that its client does not take is not the fault of the service', async () => {
  const { context, told, live, forwarding } = await forward(true)
  forwarding.onResponseStarted()
  forwarding.onHeaders(200, [], () => {})
  Object.assign(context.answer, { writableLength: 1 })
  for (let now = 0; now <= 100_000; now += 1000) live.watch(now)
  expect(told.isBroken).toBe(false)
})

test('a request that is not forwarded, and gets no answer, is refused after the time for a request', () => {
  const { told, live } = start(true)
  live.watch(0)
  live.watch(defaultLimits.request + GRACE - 1)
  expect(told.status).toBe(null)
  live.watch(defaultLimits.request + GRACE)
  expect(told.status).toBe(500)
})
