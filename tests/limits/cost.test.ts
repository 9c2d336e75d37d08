/**
 * What a limit costs: CPU time per request with one against that of one without, of two workers and their supervisor, which counts. Measured as `tests/life/cost.test.ts` does, where there is as much to do as can be done: many
 * requests are then asked for in one message.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Running, type Stage } from '../life/proxy-process.ts'

const FULL = process.env.IAP_FULL !== undefined
const ROUNDS = FULL ? 9 : 1
const REQUESTS = FULL ? 20_000 : 1000
const CONNECTIONS = 256

const policy = `
identity user via jwt { sub: string, groups: set<string> }

service app at "app.test" {
  route free    GET "/free/{key}"
  route limited GET "/limited/{key}"
}

permit free    on app.free    to anyone
permit limited on app.limited to anyone limit 1000000 per 1h by params.key
`
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n${'x'.repeat(1024)}`

let stage: Stage & { remove(): void }
let service: Server

beforeAll(async () => {
  // One request at a time on a connection, in one piece.
  service = createServer((socket) => socket.on('data', () => socket.write(ANSWER)).on('error', () => {}))
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  stage = await openStage(policy)
})

afterAll(() => {
  service?.close()
  stage?.remove()
})

/** Each client asks again when it has its answer, until so many have come; each of four keys is asked for by all. */
function ask(clients: readonly Socket[], path: string, count: number): Promise<void> {
  let [asked, answered] = [0, 0]
  return new Promise((resolve, reject) => {
    for (const [at, client] of clients.entries()) {
      let bytes = ''
      const next = () => {
        if (asked++ < count) client.write(`GET ${path}/${at % 4} HTTP/1.1\r\nHost: app.test\r\n\r\n`)
      }
      client.removeAllListeners('data')
      client.on('data', (chunk) => {
        bytes += chunk.toString('latin1')
        if (!bytes.endsWith('x'.repeat(1024))) return
        if (!bytes.startsWith('HTTP/1.1 200')) return reject(new Error(bytes))
        bytes = ''
        if (++answered === count) resolve()
        next()
      })
      next()
    }
  })
}

/** Microseconds of all processes per request. */
async function costOf(proxy: Running, clients: readonly Socket[], path: string): Promise<number> {
  const cpu = () => proxy.metric('process_cpu_seconds_total')
  const before = await cpu()
  await ask(clients, path, REQUESTS)
  return (((await cpu()) - before) * 1e6) / REQUESTS
}

test('a request with a limit takes at most twice what one without takes', async () => {
  const { port } = service.address() as { port: number }
  stage.configure({ upstream: `http://127.0.0.1:${port}`, workers: 2 })
  const proxy = stage.start()
  const [at = 0] = await proxy.ready()
  const clients = Array.from({ length: CONNECTIONS }, () => connect({ port: at, host: '127.0.0.1', noDelay: true }))
  await Promise.all(clients.map((client) => new Promise((resolve) => client.once('connect', resolve))))
  // What is compiled by then is no part of it.
  if (FULL) for (const path of ['/free', '/limited', '/free', '/limited']) await ask(clients, path, REQUESTS)
  const ratios: number[] = []
  const costs: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const [free, limited] = [await costOf(proxy, clients, '/free'), await costOf(proxy, clients, '/limited')]
    ratios.push(limited / free)
    costs.push(`${limited.toFixed(0)}/${free.toFixed(0)}`)
  }
  const median = ratios.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN
  console.log(`CPU per request with a limit and without: ${costs.join(' ')} µs, ${median.toFixed(3)} in the median`)
  expect(await proxy.metric('iap_limits_total{rule="limited",result="taken"}')).toBe(REQUESTS * (FULL ? ROUNDS + 2 : ROUNDS))
  // The short round of each push only shows that it can be measured.
  if (FULL) expect(median).toBeLessThan(2)
  for (const client of clients) client.destroy()
}, 600_000) // The full size takes longer than the default time-out.
