/** Streams end with the access of their caller: an account that the provider disables, or claims that change. */
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { CookieClient } from '../support/cookie-client.ts'
import { eventually } from '../support/until.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

let stage: SignInStage

beforeAll(async () => {
  stage = await openSignIn({ accessToken: 2 })
  stage.serve = (request, response) => {
    if (!request.url?.endsWith('/events')) return void response.end('page')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: begun\n\n')
  }
  new WebSocketServer({ server: stage.upstream.server }).on('connection', (socket) => socket.send('begun'))
})

afterAll(() => stage?.close())

async function signedIn(origin: string, account: string): Promise<string> {
  const client = new CookieClient()
  await client.submit(await client.open(`${origin}/users/x`), { account })
  return client.cookiesFor(origin)
}

/** Opens events over HTTP/1.1 and HTTP/2 and a WebSocket; returns when each has ended. */
async function open({ port, origin }: StartedProxy, cookie: string, path = '/users'): Promise<readonly Promise<unknown>[]> {
  const host = `app.localhost:${port}`
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write(`GET ${path}/events HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`)
  await new Promise((resolve) => socket.on('data', (chunk) => String(chunk).includes('begun') && resolve(null)))
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  const stream = session.request({ ':authority': host, ':path': `${path}/events`, cookie }).on('error', () => {})
  await once(stream, 'data')
  const ws = new WebSocket(`ws://127.0.0.1:${port}${path}/ws`, { headers: { cookie, host, origin } }).on('error', () => {})
  await once(ws, 'message')
  return [
    once(socket, 'close'),
    new Promise((resolve) => stream.once('close', resolve)).then(() => session.destroy()),
    once(ws, 'close'),
  ]
}

const start = () => stage.start({ listeners: '[{ address: "127.0.0.1:0", http2: true }]', more: 'limits: { streamGrace: 3s }' })

test('an account that the provider disables: its streams end, of every kind', async () => {
  const started = await start()
  const ann = await open(started, await signedIn(started.origin, 'ann'))
  stage.provider.before = (request, response) => {
    if (request.url !== '/token') return false
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: 'invalid_grant' }))
    return true
  }
  await Promise.all(ann).finally(() => {
    stage.provider.before = null
  })
  const records = await eventually(() => {
    const found = started.audit().filter(({ path }) => path?.startsWith('/users/') && path !== '/users/x')
    return found.length === 3 ? found : undefined
  })
  expect(records.map(({ code }) => code)).toEqual(Array.from({ length: 3 }, () => 'session'))
})

test('a group that is taken away: streams that only it permits end', async () => {
  stage.provider.accounts.set('ada', { groups: ['admins'] })
  const started = await start()
  const cookie = await signedIn(started.origin, 'ada')
  const admin = await open(started, cookie, '/admin')
  const users = await open(started, cookie)
  let others = 0
  for (const one of users)
    one.then(() => {
      others++
    })
  stage.provider.accounts.set('ada', { groups: [] })
  await Promise.all(admin)
  expect(others).toBe(0)
})
