import { afterEach, expect, test } from 'vitest'
import { Upstreams } from '../../runtime/proxy/upstreams/index.ts'
import { ask, outcomeOf } from '../support/ask.ts'
import { type RawRequest, type RawService, startRawService } from '../support/raw-service.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

let services: RawService[] = []
let app: TestProxy | undefined

afterEach(async () => {
  await app?.close()
  app = undefined
  await Promise.all(services.map((service) => service.close()))
})

/** Answers requests with a number, and probes with what is in `well`. */
async function start(well: boolean[], service: string): Promise<RawService[]> {
  services = await Promise.all(
    well.map((_, i) =>
      startRawService(({ line, answer }) => {
        if (line === 'GET /healthz') answer('', well[i] ? 204 : 500)
        else answer(String(i))
      }),
    ),
  )
  app = await startTestProxy(
    services.map(({ origin }) => origin),
    { service },
  )
  return services
}

const bodies = async (count: number) => {
  const all = new Set<string>()
  for (let i = 0; i < count; i++) all.add((await ask(app?.port ?? 0, 'GET /open/x')).body)
  return [...all].toSorted()
}
const becomes = (index: number, up: number) =>
  eventually(async () => {
    const value = await app?.metric(`iap_upstream_up{service="app",address="${services[index]?.origin}"}`)
    return value === up ? true : undefined
  })

const HEALTH = 'health: { path: /healthz, interval: 100ms, timeout: 300ms, healthy: 2, unhealthy: 2 }'

test('nothing is sent where the health check fails, until it passes again', async () => {
  const well = [true, false, true]
  await start(well, HEALTH)
  await becomes(1, 0)
  expect(await bodies(9)).toEqual(['0', '2'])
  well[1] = true
  await becomes(1, 1)
  expect(await bodies(9)).toEqual(['0', '1', '2'])
  well[0] = false
  await becomes(0, 0)
  expect(await bodies(9)).toEqual(['1', '2'])
  expect(app?.log.join('')).toMatch(/its health check fails.*\n[\s\S]*its health check passes again/)
})

test('what does not answer in time is not well', async () => {
  const [mute] = (await start([true, true], HEALTH)) as [RawService]
  mute.serve = ({ line, answer }) => {
    if (line !== 'GET /healthz') answer('0')
  }
  await becomes(0, 0)
  expect(await bodies(6)).toEqual(['1'])
})

test('when none is well, all are tried; without panic, none', async () => {
  await start([false, false], HEALTH)
  await Promise.all([becomes(0, 0), becomes(1, 0)])
  expect(await bodies(6)).toEqual(['0', '1'])
  await app?.close()
  await Promise.all(services.map((service) => service.close()))
  await start([false, false], `${HEALTH.replace('interval: 100ms', 'interval: 1200ms')}, panic: false`)
  await Promise.all([becomes(0, 0), becomes(1, 0)])
  const response = await ask(app?.port ?? 0, 'GET /open/x')
  expect(outcomeOf(response)).toEqual([503, 'upstream-unavailable'])
  expect(response.get('retry-after')).toBe('2')
})

test('a probe is a plain GET for the host of the configuration, on a connection of its own', async () => {
  const seen: RawRequest[] = []
  const service = await startRawService((request) => {
    seen.push(request)
    request.answer('')
  })
  services = [service]
  app = await startTestProxy([service.origin], { service: HEALTH.replace('/healthz', '/health?deep=1') })
  await eventually(() => (seen.length >= 2 ? true : undefined))
  expect(seen.map(({ nth }) => nth)).toEqual(seen.map(() => 1))
  const [head = '', ...lines] = seen[0]?.text.trim().split('\r\n') ?? []
  expect([head, ...lines.toSorted()]).toEqual([
    'GET /health?deep=1 HTTP/1.1',
    'connection: close',
    `host: 127.0.0.1:${service.port}`,
    'user-agent: iap-health',
  ])
})

test('after closing, nobody is asked and no name looked up any more', async () => {
  const said: string[] = []
  const say = (message: string) => void said.push(message)
  const log = { info: say, warn: say, error: say }
  const open = async () => {
    const service = await startRawService(({ answer }) => answer(''))
    services.push(service)
    const config = {
      upstreams: [`http://service.test:${service.port}`],
      protocol: 'http1',
      balance: 'round-robin',
      timeouts: { connect: 1000, firstByte: 1000, idle: 1000, total: null },
      health: { path: '/', interval: 20, timeout: 1000, healthy: 1, unhealthy: 1 },
      eject: { failures: 5, time: 1000 },
      panic: true,
      retries: { attempts: 2, budget: 0.2 },
      limits: { connections: null, requests: null },
    } as const
    let lookups = 0
    const resolve = async () => {
      lookups++
      return [{ address: '127.0.0.1', family: 4 as const }]
    }
    const upstreams = new Upstreams({ app: config }, { log, resolveInterval: 20, resolve })
    const counts = () => [service.requests.length, lookups] as const
    const more = async (count: number) => {
      const before = counts()
      await eventually(() => (counts().every((now, at) => now >= (before[at] ?? 0) + count) ? true : undefined))
    }
    return { service, upstreams, counts, more }
  }
  services = []
  const [closed, other] = [await open(), await open()]
  await closed.more(4)
  await closed.upstreams.close()
  // The other one shows that it would have been the turn of this one: first for what was on its way.
  await other.more(3)
  const before = closed.counts()
  await other.more(10)
  expect(closed.counts()).toEqual(before)
  expect(closed.service.sockets.size).toBe(0)
  expect(closed.upstreams.services.get('app')?.take(null)).toBeNull()
  await other.upstreams.close()
  // A check that went on would find nobody there.
  expect(said).toEqual([])
})
