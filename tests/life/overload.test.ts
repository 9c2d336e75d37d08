/** More than the proxy can carry: connections, file descriptors, work, memory. */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { openStage, type Running, type Stage } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let upstream: TestUpstream
let serve: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end('fine')

beforeAll(async () => {
  upstream = await startUpstream((request, response) => serve(request, response))
  stage = await openStage()
})

afterAll(async () => {
  await upstream?.close()
  stage?.remove()
})

/** With so many file descriptors for each of its processes. */
function startWithFiles(files: number): Running {
  return stage.start({ command: ['sh', '-c', `ulimit -n ${files}; exec "$0" "$@"`, process.execPath] })
}

/** What so many clients saw who ask at once, and keep their connections: how often each. */
async function askAll(port: number, count: number) {
  return await askOn(Array.from({ length: count }, () => new RawClient(port)))
}

async function askOn(clients: readonly RawClient[]): Promise<{ seen: Record<string, number>; clients: readonly RawClient[] }> {
  const seen: Record<string, number> = {}
  await Promise.all(
    clients.map(async (client) => {
      client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
      const outcome = await client.response().then(
        (response) => `${response.status} ${response.get('x-iap-error') ?? ''} ${response.get('retry-after') ?? ''}`.trim(),
        () => 'closed without an answer',
      )
      seen[outcome] = (seen[outcome] ?? 0) + 1
    }),
  )
  return { seen, clients }
}

/** Of one core, over a second. */
async function busyness(pids: readonly number[]): Promise<number> {
  const ticks = () =>
    pids
      .map((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [])
      .reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0)
  const before = ticks()
  await new Promise((resolve) => setTimeout(resolve, 1000))
  return (ticks() - before) / 100
}

describe('file descriptors', () => {
  test('that are left for no connection to a service: 503, and it recovers', async () => {
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    serve = ({ url }, response) => {
      if (url === '/healthz') response.end()
      else void released.then(() => response.end('fine'))
    }
    // How the service is cannot be asked then, either.
    const service = 'health: { path: /healthz, interval: 100ms }'
    stage.configure({ upstream: upstream.origin, service, workers: 1, more: 'limits: { connections: 60 }' })
    const proxy = startWithFiles(100)
    const [port = 0] = await proxy.ready()
    const open = Array.from({ length: 60 }, () => new RawClient(port))
    await eventually(async () => (await proxy.metric('iap_connections')) === 60 || undefined)
    const asking = askOn(open)
    await eventually(async () => {
      const shed = await proxy.metric('iap_overloaded_total{reason="descriptors"}')
      return shed > 0 || undefined
    })
    release()
    const { seen, clients } = await asking
    console.log(`60 clients ask at once, with 100 file descriptors: ${JSON.stringify(seen)}`)
    expect(Object.keys(seen).toSorted()).toEqual(['200', '503 overloaded 1'])
    expect(seen['200']).toBeGreaterThan(5)
    for (const client of clients) client.close()
    // The service is not taken for one that fails.
    expect(await proxy.metric(`iap_upstream_up{service="app",address="${upstream.origin}"}`)).toBe(1)
    const again = await askAll(port, 10)
    expect(again.seen).toEqual({ '200': 10 })
    for (const client of again.clients) client.close()
  })

  test('that are few: as many clients as they are enough for are served, and others are told', async () => {
    serve = (_, response) => response.end('fine')
    stage.configure({ upstream: upstream.origin, workers: 1 })
    const proxy = startWithFiles(200)
    const [port = 0] = await proxy.ready()
    const { seen, clients } = await askAll(port, 100)
    console.log(`100 clients that stay, with 200 file descriptors: ${JSON.stringify(seen)}`)
    expect(seen['200']).toBeGreaterThan(50)
    expect(Object.keys(seen).toSorted()).toEqual(['200', '503 overloaded 1'])
    for (const client of clients) client.close()
  })

  test('that are used up by clients: nothing ends or spins, and it recovers', async () => {
    serve = (_, response) => response.end('fine')
    stage.configure({ upstream: upstream.origin, workers: 1, more: 'limits: { connections: 100000 }' })
    const proxy = startWithFiles(100)
    const [port = 0] = await proxy.ready()
    const [worker] = await proxy.workers()
    const { seen, clients } = await askAll(port, 400)
    console.log(`400 clients that stay, with 100 file descriptors: ${JSON.stringify(seen)}`)
    for (const outcome of Object.keys(seen)) expect(['200', '503 overloaded 1', 'closed without an answer']).toContain(outcome)
    expect(seen['200']).toBeGreaterThan(5)
    expect(await busyness([proxy.child.pid ?? 0, worker?.pid ?? 0])).toBeLessThan(0.5)
    for (const client of clients) client.close()
    await eventually(async () => {
      const [now] = await proxy.workers()
      return now?.connections === 0 || undefined
    })
    const again = await askAll(port, 20)
    expect(again.seen).toEqual({ '200': 20 })
    for (const client of again.clients) client.close()
    expect((await proxy.workers()).map(({ pid }) => pid)).toEqual([worker?.pid])
  })
})

describe('connections', () => {
  test('one more than there may be gets 503 and is closed; as many as before are served when some have gone', async () => {
    serve = (_, response) => response.end('fine')
    const app = await startTestProxy([upstream.origin], { limits: { connections: 3 } })
    const { seen, clients } = await askAll(app.port, 3)
    expect(seen).toEqual({ '200': 3 })
    const more = await askAll(app.port, 2)
    expect(more.seen).toEqual({ '503 overloaded 1': 2 })
    for (const client of more.clients) await client.rest()
    const records = await app.audit(5)
    expect(records.filter(({ code }) => code === 'overloaded')).toEqual([
      expect.objectContaining({ status: 503, effect: 'reject', detail: 'connections', complete: true }),
      expect.objectContaining({ status: 503 }),
    ])
    expect(await app.metric('iap_overloaded_total{reason="connections"}')).toBe(2)
    // Those that are there go on.
    clients[0]?.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    expect((await clients[0]?.response())?.status).toBe(200)
    clients[1]?.close()
    await eventually(async () => ((await askAll(app.port, 1)).seen['200'] === 1 ? true : undefined))
    for (const client of clients) client.close()
    await app.close()
  })

  test('that carry nothing do not hurt those that are served', async () => {
    serve = (_, response) => response.end('fine')
    const count = process.env.IAP_FULL ? 10_000 : 200
    stage.configure({ upstream: upstream.origin, workers: 1 })
    const proxy = stage.start()
    const [port = 0] = await proxy.ready()
    const time = async () => {
      const client = new RawClient(port)
      const times: number[] = []
      for (let i = 0; i < 50; i++) {
        const begun = performance.now()
        client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
        expect((await client.response()).status).toBe(200)
        times.push(performance.now() - begun)
      }
      client.close()
      return times.toSorted((a, b) => a - b)[25] ?? 0
    }
    await time()
    const before = await time()
    const idle: RawClient[] = []
    while (idle.length < count) {
      const some = Array.from({ length: 100 }, () => new RawClient(port))
      await Promise.all(some.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))))
      idle.push(...some)
    }
    await eventually(async () => (await proxy.metric('iap_connections')) >= count || undefined)
    const after = await time()
    console.log(`${count} idle connections: a request takes ${after.toFixed(2)} ms in the median, ${before.toFixed(2)} without`)
    expect(idle.every(({ closed }) => !closed)).toBe(true)
    for (const client of idle) client.close()
  })
})

describe('work', () => {
  test('of which there is too much: requests are refused before anybody is recognized, health is served, and it ends', async () => {
    serve = (_, response) => response.end('fine')
    stage.configure({ upstream: upstream.origin, workers: 1, more: 'limits: { lag: 50ms }' })
    const proxy = stage.start({ spawn: { env: { ...process.env, NODE_OPTIONS: `--import=${BUSY}` } } })
    const [port = 0] = await proxy.ready()
    const [worker] = await proxy.workers()
    // Now it is late again and again.
    process.kill(worker?.pid ?? 0, 'SIGUSR2')
    await proxy.line(/requests are refused until it is better reason=lag worker=1/)
    const client = new RawClient(port)
    // A token that would be refused with 401.
    client.send('GET /users/x HTTP/1.1\nHost: app.test\nAuthorization: Bearer none\n\n')
    const refused = await client.response()
    expect([refused.status, refused.get('x-iap-error'), refused.get('retry-after')]).toEqual([503, 'overloaded', '1'])
    expect((await proxy.admin('/readyz')).status).toBe(200)
    expect(await proxy.metric('iap_overloaded_total{reason="lag"}')).toBe(1)
    // It is that since it was read last.
    await eventually(async () => (await proxy.metric('nodejs_eventloop_delay_max_seconds')) > 0.05 || undefined)
    process.kill(worker?.pid ?? 0, 'SIGUSR2')
    await proxy.line(/requests are taken again worker=1/)
    client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    expect((await client.response()).status).toBe(200)
    client.close()
    const record = await eventually(() => stage.audit().find(({ path }) => path === '/users/x'))
    expect(record).toMatchObject({ effect: 'reject', status: 503, code: 'overloaded', detail: 'lag', route: null, caller: null })
  })
})

describe('memory', () => {
  test('a worker that holds too much is replaced without a failed request', async () => {
    serve = (_, response) => response.end('fine')
    stage.configure({ upstream: upstream.origin, workers: 1, more: 'limits: { memory: 300MiB }' })
    const proxy = stage.start({ spawn: { env: { ...process.env, NODE_OPTIONS: `--import=${GREEDY}` } } })
    const [port = 0] = await proxy.ready()
    const [worker] = await proxy.workers()
    const client = new RawClient(port)
    client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    expect((await client.response()).status).toBe(200)
    process.kill(worker?.pid ?? 0, 'SIGUSR2')
    await proxy.line(/requests are refused until it is better reason=memory worker=1/)
    await proxy.line(/another worker takes its place worker=1/)
    await eventually(async () => {
      const workers = await proxy.workers()
      return (workers.length === 1 && workers[0]?.worker === 2) || undefined
    })
    const { seen, clients } = await askAll(port, 10)
    expect(seen).toEqual({ '200': 10 })
    for (const each of [client, ...clients]) each.close()
    // It was not an accident.
    expect(await proxy.metric('iap_worker_restarts_total')).toBe(0)
  })
})

/** In a worker: at SIGUSR2 it blocks for most of the time, until the next one. */
const BUSY = script(`
let timer
process.on('SIGUSR2', () => {
  if (timer) return void (timer = clearInterval(timer))
  timer = setInterval(() => { const end = performance.now() + 150; while (performance.now() < end); }, 10)
})`)

/** In a worker: at SIGUSR2 it takes 500 MB. */
const GREEDY = script(`
const held = []
process.on('SIGUSR2', () => { for (let i = 0; i < 50; i++) held.push(Buffer.alloc(10 << 20, 1)) })`)

function script(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`
}
