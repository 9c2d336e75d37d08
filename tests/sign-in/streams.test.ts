/** What was opened with a session goes no further than the session. */
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { CookieClient } from '../support/cookie-client.ts'
import { eventually } from '../support/until.ts'
import { WORKERS } from './open-pages.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

let stage: SignInStage

beforeAll(async () => {
  stage = await openSignIn()
  stage.serve = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: begun\n\n')
  }
  new WebSocketServer({ server: stage.upstream.server }).on('connection', (socket) => socket.send('begun'))
})

afterAll(() => stage?.close())

async function open({ port, origin }: StartedProxy, cookie: string): Promise<readonly Promise<void>[]> {
  const ends: Promise<void>[] = []
  for (let i = 0; i < 4; i++) {
    const socket: Socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    ends.push(new Promise((resolve) => socket.on('close', () => resolve())))
    socket.write(`GET /users/events HTTP/1.1\r\nHost: app.localhost:${port}\r\nCookie: ${cookie}\r\n\r\n`)
    await new Promise((resolve) => socket.on('data', (chunk) => String(chunk).includes('begun') && resolve(null)))
    const ws = new WebSocket(`ws://127.0.0.1:${port}/users/ws`, { headers: { cookie, host: `app.localhost:${port}`, origin } })
    ends.push(new Promise((resolve) => ws.on('close', () => resolve())))
    ws.on('error', () => {})
    await new Promise((resolve) => ws.once('message', resolve))
  }
  return ends
}

describe.each(WORKERS)('with %d workers', (workers) => {
  test('signed out: WebSockets and event streams are closed', async () => {
    const started = await stage.start({ workers })
    const client = new CookieClient()
    // The page itself is a stream that does not end.
    const page = await client.open(`${started.origin}/.iap/login`)
    client.submit(page, { account: 'ann' }).catch(() => {})
    await eventually(() => client.cookie('iap-session'))
    const ends = await open(started, client.cookiesFor(started.origin))
    const headers = { origin: started.origin, 'sec-fetch-site': 'same-origin' }
    expect((await client.send(`${started.origin}/.iap/logout`, { method: 'POST', headers })).status).toBe(200)
    await Promise.all(ends)
    const records = await eventually(() => {
      const found = started.audit().filter(({ path }) => path === '/users/events')
      return found.length === 4 ? found : undefined
    })
    expect(records.map(({ code, complete }) => [code, complete])).toEqual(Array.from({ length: 4 }, () => ['session', false]))
  })
})

test('over HTTP/2: a stream is cut, others of its connection are not, and a call of gRPC is told of the session', async () => {
  const started = await stage.start({ listeners: '[{ address: "127.0.0.1:0", http2: true }]' })
  const client = new CookieClient()
  const page = await client.open(`${started.origin}/.iap/login`)
  client.submit(page, { account: 'ann' }).catch(() => {})
  await eventually(() => client.cookie('iap-session'))
  const cookie = client.cookiesFor(started.origin)
  const session = connectHttp2(`http://127.0.0.1:${started.port}`)
  const ask = (headers: Record<string, string>) =>
    session.request({ ':authority': `app.localhost:${started.port}`, ...headers }, { endStream: true })
  try {
    const mine = ask({ ':path': '/users/events', cookie })
    const others = ask({ ':path': '/open/events' })
    const cut = new Promise<unknown>((resolve) => mine.on('error', resolve))
    await Promise.all([once(mine, 'data'), once(others, 'data')])
    const headers = { origin: started.origin, 'sec-fetch-site': 'same-origin' }
    expect((await client.send(`${started.origin}/.iap/logout`, { method: 'POST', headers })).status).toBe(200)
    expect(await cut).toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' })
    expect(others.closed).toBe(false)
    const call = ask({ ':path': '/users/call', ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers', cookie })
    const [answer] = await once(call, 'response')
    expect([answer[':status'], answer['grpc-status'], answer['x-iap-error']]).toEqual([200, '16', 'session'])
  } finally {
    session.destroy()
  }
})
