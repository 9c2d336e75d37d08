/** Bodies of any size go through the proxy in flat memory: 64 MB of each kind here, 1 GB with IAP_FULL=1. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Asked, type CarriedClient, http1Client, http2Client } from '../support/carried-client.ts'
import { eventually } from '../support/until.ts'
import { type Carrier, startCarrier } from './start-carrier.ts'

const MB = 1 << 20
const FULL = process.env.IAP_FULL === '1'
const SIZE = (FULL ? 1024 : 64) * MB
/** By which the proxy may grow while it carries one of them: kept, it would be more. */
const GROWTH = 48 * MB
/** By which it may be larger than when it had carried nothing yet. */
const WHOLE_GROWTH = 120 * MB
const piece = Buffer.alloc(64 * 1024, 'x')
const READERS = 20
const WRITERS = 10

let carrier: Carrier
let serve: (request: IncomingMessage, response: ServerResponse) => void
const server = createServer({ requestTimeout: 0 }, (request, response) => serve(request, response))
let client: CarriedClient
/** Before it has carried anything. */
let idle: number

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  carrier = await startCarrier(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  idle = (await carrier.memory()).rss
  // What a process takes once, and keeps.
  for (const clientOn of [http1Client, http2Client]) {
    client = clientOn(carrier.port)
    await upload(client, 32 * MB, {})
    await download(client, 32 * MB, {})
    client.close()
  }
})

afterEach(() => client.close())

afterAll(async () => {
  await carrier?.close()
  server.closeAllConnections()
  server.close()
})

async function upload(on: CarriedClient, size: number, headers: Asked['headers'] & object): Promise<number> {
  let received = 0
  serve = (request, response) => {
    request.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    request.on('end', () => response.end('fine'))
  }
  const carried = on.open({ method: 'POST', path: '/open/up', headers, body: true })
  for (let sent = 0; sent < size; sent += piece.length) await carried.write(piece)
  carried.end()
  expect([await carried.status, await carried.whole]).toEqual([200, true])
  return received
}

async function download(on: CarriedClient, size: number, headers: Asked['headers'] & object): Promise<number> {
  serve = (_, response) => {
    let sent = 0
    const more = () => {
      for (; sent < size; sent += piece.length)
        if (!response.write(piece)) {
          sent += piece.length
          return void response.once('drain', more)
        }
      response.end()
    }
    response.writeHead(200, headers)
    more()
  }
  const carried = on.open({ path: '/open/down' })
  expect([await carried.status, await carried.whole]).toEqual([200, true])
  return carried.received
}

const mb = (bytes: number) => `${(bytes / MB).toFixed(0)} MB`

/** The most by which the proxy was larger while something went on than before. */
async function growth(what: string, goOn: () => Promise<void>): Promise<number> {
  const { rss } = await carrier.memory()
  const begun = performance.now()
  await goOn()
  const seconds = (performance.now() - begun) / 1000
  const { most } = await carrier.memory()
  console.log(
    `${what}: ${mb(rss)} before, ${mb(most - rss)} more at most, ${mb(most - idle)} more than idle, ${seconds.toFixed(1)} s`,
  )
  expect(most - idle).toBeLessThan(WHOLE_GROWTH)
  return most - rss
}

describe.each([
  ['HTTP/1.1', http1Client],
  ['HTTP/2', http2Client],
])('over %s', (version, clientOn) => {
  // The full size takes longer than the default time-out.
  test.each<[string, Asked['headers'] & object]>([
    ['with a length', { 'content-length': String(SIZE) }],
    ['without one', {}],
  ])(`${mb(SIZE)} up and down, %s`, { timeout: 600_000 }, async (how, headers) => {
    client = clientOn(carrier.port)
    const up = await growth(`${version}, ${mb(SIZE)} up ${how}`, async () => {
      expect(await upload(client, SIZE, headers)).toBe(SIZE)
    })
    const down = await growth(`${version}, ${mb(SIZE)} down ${how}`, async () => {
      expect(await download(client, SIZE, headers)).toBe(SIZE)
    })
    expect(Math.max(up, down)).toBeLessThan(GROWTH)
  })

  test(`${READERS} clients that never read`, async () => {
    let sent = 0
    serve = (_, response) => {
      const more = () => {
        do sent += piece.length
        while (!response.destroyed && response.write(piece))
        response.once('drain', more)
      }
      more()
    }
    const clients = Array.from({ length: READERS }, () => clientOn(carrier.port))
    const grown = await growth(`${version}, ${READERS} clients that never read`, async () => {
      for (const each of clients) each.open({ path: '/open/endless' }).pause()
      await settled(() => sent)
      await sleep(FULL ? 10_000 : 1000)
    })
    console.log(`  the services have sent ${mb(sent)}`)
    for (const each of clients) each.close()
    expect(grown).toBeLessThan(32 * MB)
  })

  test(`${WRITERS} services that never read`, async () => {
    serve = () => {}
    let sent = 0
    let over = false
    client = clientOn(carrier.port)
    const grown = await growth(`${version}, ${WRITERS} services that never read`, async () => {
      for (let at = 0; at < WRITERS; at += 1) {
        const carried = client.open({ method: 'POST', path: '/open/endless', body: true })
        void (async () => {
          for (; !over; sent += piece.length) await carried.write(piece)
        })()
      }
      await settled(() => sent)
      await sleep(FULL ? 10_000 : 1000)
    })
    over = true
    console.log(`  the clients have sent ${mb(sent)}`)
    expect(grown).toBeLessThan(32 * MB)
  })
})

/** Waits until a number that grows has stopped to. */
async function settled(value: () => number): Promise<void> {
  let before = -1
  await eventually(async () => {
    const now = value()
    const same = now > 0 && now === before
    before = now
    await sleep(500)
    return same ? true : undefined
  })
}
