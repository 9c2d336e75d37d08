/**
 * What sharing costs: CPU time per request of two workers, of all their processes, against that of one. Measured where there is as much to do as can be done,
 * since a worker that is often idle wakes up for each request: client and service do as little as they can.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Running, type Stage } from './proxy-process.ts'

const FULL = process.env.IAP_FULL !== undefined
const ROUNDS = FULL ? 9 : 1
const REQUESTS = FULL ? 20_000 : 1000
const CONNECTIONS = 256

const REQUEST = 'GET /open/x HTTP/1.1\r\nHost: app.test\r\n\r\n'
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n${'x'.repeat(1024)}`

let stage: Stage & { remove(): void }
let service: Server

beforeAll(async () => {
  // One request at a time on a connection, in one piece.
  service = createServer((socket) => socket.on('data', () => socket.write(ANSWER)).on('error', () => {}))
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  stage = await openStage()
})

afterAll(() => {
  service?.close()
  stage?.remove()
})

interface Measured {
  readonly proxy: Running
  readonly clients: readonly Socket[]
}

async function start(workers: number): Promise<Measured> {
  const { port } = service.address() as { port: number }
  stage.configure({ upstream: `http://127.0.0.1:${port}`, workers })
  const proxy = stage.start()
  const [at = 0] = await proxy.ready()
  const clients = Array.from({ length: CONNECTIONS }, () => connect({ port: at, host: '127.0.0.1', noDelay: true }))
  await Promise.all(clients.map((client) => new Promise((resolve) => client.once('connect', resolve))))
  return { proxy, clients }
}

/** Each client asks again when it has its answer, until so many have come. */
function ask(clients: readonly Socket[], count: number): Promise<void> {
  let [asked, answered] = [0, 0]
  return new Promise((resolve, reject) => {
    for (const client of clients) {
      let bytes = ''
      const next = () => {
        if (asked++ < count) client.write(REQUEST)
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
async function costOf({ proxy, clients }: Measured): Promise<number> {
  const cpu = () => proxy.metric('process_cpu_seconds_total')
  const before = await cpu()
  await ask(clients, REQUESTS)
  return (((await cpu()) - before) * 1e6) / REQUESTS
}

test('two workers take per request what one does', async () => {
  const [one, two] = [await start(1), await start(2)]
  // What is compiled by then is no part of it.
  if (FULL) for (const each of [one, two, one, two]) await ask(each.clients, REQUESTS)
  const ratios: number[] = []
  const costs: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const [single, shared] = [await costOf(one), await costOf(two)]
    ratios.push(shared / single)
    costs.push(`${shared.toFixed(0)}/${single.toFixed(0)}`)
  }
  const median = ratios.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN
  console.log(`CPU per request of two workers and of one: ${costs.join(' ')} µs, ${median.toFixed(3)} in the median`)
  expect(median).toBeGreaterThan(0)
  // The short round of each push only shows that it can be measured.
  if (FULL) expect(median).toBeLessThan(1.1)
  for (const { clients } of [one, two]) for (const client of clients) client.destroy()
}, 600_000) // The full size takes longer than the default time-out.
