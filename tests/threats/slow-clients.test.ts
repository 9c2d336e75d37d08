/** Many clients that send as slowly as they can (slowloris): others are served as ever, and the slow ones are ended. */
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { FRAME, RawHttp2 } from '../support/raw-http2.ts'
import { type Fixture, startFixture } from './start-fixture.ts'
import { exchange, get } from './wire.ts'

const MANY = process.env.IAP_FULL === '1' ? 500 : 150
/** Milliseconds between two of their bytes. */
const SLOWLY = 100

let fixture: Fixture
let sockets: Socket[] = []
let dripping: NodeJS.Timeout[] = []

beforeAll(async () => {
  fixture = await startFixture(true)
})

afterEach(() => {
  for (const timer of dripping) clearInterval(timer)
  for (const socket of sockets) socket.destroy()
  sockets = []
  dripping = []
})

afterAll(() => fixture?.close())

/** Connections that send what they begin with at once, and then byte by byte what `drip` says. */
function openSlowly(count: number, begins: string, drip: string): { ended(): number; answers(): readonly string[] } {
  const answers: string[] = []
  let ended = 0
  const own = Array.from({ length: count }, (_, at) => {
    const socket = connect({ host: '127.0.0.1', port: fixture.port })
    answers.push('')
    socket.on('data', (chunk) => {
      answers[at] += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => ended++)
    socket.write(begins, 'latin1')
    return socket
  })
  sockets.push(...own)
  let sent = 0
  dripping.push(
    setInterval(() => {
      for (const socket of own) if (socket.writable) socket.write(drip.charAt(sent % drip.length), 'latin1')
      sent += 1
    }, SLOWLY),
  )
  return { ended: () => ended, answers: () => answers }
}

/** Others are served for as long as it goes on: how many were answered before it was over. */
async function servedUntil(isOver: () => boolean): Promise<number> {
  for (let served = 0; ; served += 1) {
    expect((await exchange(fixture.port, get('/public/other'))).status).toBe(200)
    if (isOver()) return served
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/**
 * Others are served until connections that begin now, and say nothing, were cut twice, one after the other; and at least ten
 * others, however long each takes on a busy machine.
 */
async function othersAreServed(): Promise<void> {
  let isOver = false
  let left = 10
  const cut = async () => {
    for (let time = 0; time < 2; time += 1) expect(await exchange(fixture.port, '')).toMatchObject({ closed: true })
    isOver = true
  }
  await Promise.all([servedUntil(() => --left <= 0 && isOver), cut()])
}

describe(`${MANY} connections`, () => {
  test.each([
    ['with heads that do not end', 'GET /public/a HTTP/1.1\r\nHost: app.test\r\nX-A: ', 'a', 408],
    ['with header lines without end', 'GET /public/a HTTP/1.1\r\nHost: app.test\r\n', 'x: y\r\n', 408],
    ['with request lines that do not end', 'GET /public/', 'a', 408],
    ['that do not say what they speak', 'PRI * HTTP/2.0\r\n\r\nSM', '', 0],
    ['that say nothing', '', '', 0],
  ])('%s', async (_, begins, drip, status) => {
    const slow = openSlowly(MANY, begins, drip)
    expect(await servedUntil(() => slow.ended() === MANY)).toBeGreaterThan(0)
    const answered = slow.answers().map((text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0))
    expect(new Set(answered)).toEqual(new Set([status]))
    expect(fixture.upstream.take().every(({ url }) => url === '/public/other')).toBe(true)
  })

  test('with bodies that do not end: they keep theirs, and nobody else’s', async () => {
    const head = 'POST /public/a HTTP/1.1\r\nHost: app.test\r\nContent-Length: 100000\r\n\r\n'
    const slow = openSlowly(MANY, head, 'a')
    await othersAreServed()
    expect(slow.ended()).toBe(0)
  })
})

test('streams of HTTP/2 whose bodies do not end keep no others from being served', async () => {
  const clients = await Promise.all(Array.from({ length: 10 }, () => RawHttp2.open(fixture.port)))
  for (const client of clients)
    for (let at = 0; at < 100; at += 1)
      client.request(
        2 * at + 1,
        [
          [':method', 'POST'],
          [':scheme', 'http'],
          [':authority', 'app.test'],
          [':path', '/public/slow'],
        ],
        false,
      )
  dripping.push(
    setInterval(() => {
      for (const client of clients) for (let at = 0; at < 100; at += 1) client.send(FRAME.data, 0, 2 * at + 1, 'a')
    }, SLOWLY),
  )
  await othersAreServed()
  // A stream of a connection that is so busy is answered, too.
  const [first] = clients as [RawHttp2]
  first.request(1001, [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'app.test'],
    [':path', '/public/fast'],
  ])
  expect(await first.until(() => first.statusOf(1001) === 200)).toBe(true)
  for (const client of clients) client.close()
})
