/** Connections that live and die: against services over bare TCP, with short time-outs. */
import { afterEach, expect, test } from 'vitest'
import { FRAME } from '../../../../tests/support/raw-http2.ts'
import {
  type RawHttp2Connection,
  type RawHttp2Service,
  startRawHttp2Service,
} from '../../../../tests/support/raw-http2-service.ts'
import { eventually } from '../../../../tests/support/until.ts'
import { Http2Pool } from './http2-pool.ts'
import type { SessionTimeouts } from './http2-session.ts'

const TIMEOUTS = { connect: 2000, firstByte: 10_000, idle: 10_000, total: null }

let service: RawHttp2Service
let pool: Http2Pool

afterEach(async () => {
  await pool.destroy()
  await service.close()
})

function open(sessionTimeouts: Partial<SessionTimeouts>): void {
  pool = new Http2Pool({ origin: service.origin, at: null, tls: null }, TIMEOUTS, sessionTimeouts)
}

/** The status of an answer, or what its failure is called. */
function get(): Promise<number | string> {
  return new Promise((resolve) => {
    let status = 0
    pool.dispatch(
      { path: '/', method: 'GET', headers: ['host', 'app.test'] },
      {
        onConnect() {},
        onHeaders(found) {
          status = found
          return true
        },
        onData: () => true,
        onComplete: () => resolve(status),
        onError: (error) => resolve(`${(error as NodeJS.ErrnoException).code}: ${error.message}`),
      },
    )
  })
}

const fine = (connection: RawHttp2Connection, stream: number) => connection.head(stream, 200, [], true)
const pings = (connection: RawHttp2Connection | undefined) =>
  connection?.frames.filter(({ type, flags }) => type === FRAME.ping && flags === 0).length

test('a connection that carries nothing is closed after a while, with GOAWAY', async () => {
  service = await startRawHttp2Service(fine)
  open({ idle: 100 })
  expect(await get()).toBe(200)
  await eventually(() => service.connections[0]?.socket.readableEnded || undefined)
  expect(service.connections[0]?.frames.some(({ type }) => type === FRAME.goaway)).toBe(true)
  expect(await get()).toBe(200)
  expect(service.connections).toHaveLength(2)
})

test('a connection that is dead is noticed by its silence, and what it carries fails', async () => {
  service = await startRawHttp2Service(() => {}, { mute: true })
  open({ silence: 100, ping: 1000 })
  expect(await get()).toBe('UND_ERR_SOCKET: no answer to a PING after 1000 ms')
  service.serve = fine
  expect(await get()).toBe(200)
  expect(service.connections).toHaveLength(2)
})

test('a service that is slow and alive is asked once for each request that waits', async () => {
  service = await startRawHttp2Service(() => {})
  open({ silence: 50, ping: 30_000 })
  const first = get()
  await eventually(() => (pings(service.connections[0]) === 1 ? true : undefined))
  // The timer of another PING would be due before these.
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setTimeout(resolve, 50))
  expect(pings(service.connections[0])).toBe(1)
  const second = get()
  await eventually(() => (pings(service.connections[0]) === 2 ? true : undefined))
  const connection = service.connections[0] as RawHttp2Connection
  fine(connection, 1)
  fine(connection, 3)
  expect([await first, await second]).toEqual([200, 200])
  expect(service.connections).toHaveLength(1)
})

test('steady requests do not hide that nothing comes back', async () => {
  service = await startRawHttp2Service(() => {}, { mute: true })
  open({ silence: 200, ping: 100 })
  const asked = [get()]
  const timer = setInterval(() => asked.push(get()), 20)
  expect(await asked[0]).toMatch(/no answer to a PING/)
  clearInterval(timer)
})

test('closing lets requests end, and takes no more', async () => {
  service = await startRawHttp2Service(() => {})
  open({})
  const asked = get()
  await eventually(() => (service.connections[0]?.open.has(1) ? true : undefined))
  const closed = pool.close()
  expect(await get()).toMatch(/^UND_ERR_CLOSED: /)
  fine(service.connections[0] as RawHttp2Connection, 1)
  expect(await asked).toBe(200)
  await closed
  await pool.close()
})

test('closing while a connection is being made waits for what waits for it', async () => {
  service = await startRawHttp2Service(fine)
  open({})
  const asked = get()
  const closed = pool.close()
  expect(await asked).toBe(200)
  await closed
})

test('destroying breaks everything', async () => {
  service = await startRawHttp2Service(() => {})
  open({})
  const asked = get()
  await eventually(() => (service.connections[0]?.open.has(1) ? true : undefined))
  await pool.destroy()
  expect(await asked).toMatch(/^UND_ERR_/)
  await eventually(() => service.connections[0]?.socket.destroyed || undefined)
})

test('a client that leaves while the connection is made: no request goes out', async () => {
  service = await startRawHttp2Service(fine)
  open({})
  const failed = new Promise<Error>((resolve) => {
    pool.dispatch(
      { path: '/', method: 'GET', headers: ['host', 'app.test'] },
      { onConnect: (abort) => abort(), onHeaders: () => true, onData: () => true, onComplete() {}, onError: resolve },
    )
  })
  expect((await failed).name).toBe('AbortError')
  expect(await get()).toBe(200)
  const heads = service.connections[0]?.frames.filter(({ type }) => type === FRAME.headers)
  expect(heads).toHaveLength(1)
  expect(service.connections[0]?.resetOf(1)).toBe(null)
})
