/** The kinds of traffic of the soak: how each asks, and what may come of it. */
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import { Metadata } from '@grpc/grpc-js'
import { WebSocket } from 'ws'
import { type EchoClient, statusOf, unary } from '../grpc/echo-service.ts'
import type { RawClient } from '../support/raw-client.ts'

/** What a client has of connections. They are kept, and opened anew where the proxy has ended them. */
export interface Lane {
  readonly port: number
  /** `Bearer …` */
  readonly bearer: string
  /** HTTP/1.1. */
  connection(): RawClient
  /** HTTP/2. */
  session(): ClientHttp2Session
  calls(): EchoClient
}

export interface Kind {
  readonly name: string
  /** How many of all, against the others. 0: there are always some, beside the others. */
  readonly weight: number
  /** What must come of each. */
  readonly expected: string
  /** How the path begins that the record has. */
  readonly path: string
  ask(lane: Lane, path: string): Promise<string>
}

const UPLOAD = 256 * 1024
const piece = 'x'.repeat(64 * 1024)
const order = JSON.stringify({ amount: 7, note: 'x'.repeat(200) })

export const kinds: readonly Kind[] = [
  http1('get', 400, '/open', '200'),
  { ...http1('get-signed-in', 200, '/users', '200'), ask: ({ bearer, ...lane }, path) => get(lane, path, bearer) },
  {
    ...http1('post', 60, '/orders', '200'),
    ask: (lane, path) => send(lane, `POST ${path}`, `Content-Type: application/json\nContent-Length: ${order.length}\n`, order),
  },
  {
    ...http1('upload', 8, '/open', '200 262144'),
    async ask(lane, path) {
      const client = lane.connection()
      client.send(`POST ${path} HTTP/1.1\nHost: web.test\nTransfer-Encoding: chunked\n\n`)
      for (let sent = 0; sent < UPLOAD; sent += piece.length) client.send(`10000\n${piece}\n`)
      client.send('0\n\n')
      const { status, body } = await answerOf(client)
      return `${status} ${body}`
    },
  },
  { ...http1('download', 8, '/open', '200 262144'), ask: (lane, path) => getWhole(lane, path) },
  { ...http1('events', 8, '/open', '200 whole'), ask: async (lane, path) => readEvents(lane, path, 10) },
  { ...http1('events-long', 0, '/open', '200 whole'), ask: async (lane, path) => readEvents(lane, path, 12) },
  { ...http1('websocket', 8, '/open', 'echoed'), ask: (lane, path) => talk(lane, path, 5, 0) },
  { ...http1('websocket-long', 0, '/open', 'echoed'), ask: (lane, path) => talk(lane, path, 12, 500) },
  {
    ...http1('cut-by-client', 8, '/open', '200, and cut'),
    async ask(lane, path) {
      const client = lane.connection()
      client.send(`GET ${path} HTTP/1.1\nHost: web.test\n\n`)
      await new Promise((resolve) => client.socket.once('data', resolve).once('close', resolve))
      const outcome = client.closed ? 'closed' : '200, and cut'
      client.close()
      return outcome
    },
  },
  {
    ...http1('upload-cut-by-client', 8, '/open', '100, and cut'),
    async ask(lane, path) {
      const client = lane.connection()
      client.send(`POST ${path} HTTP/1.1\nHost: web.test\nExpect: 100-continue\nContent-Length: 1000000\n\n`)
      const { status } = await client.response()
      client.send(piece)
      client.close()
      return `${status}, and cut`
    },
  },
  {
    ...http1('cut-by-service', 8, '/open', 'cut off'),
    async ask(lane, path) {
      const client = lane.connection()
      client.send(`GET ${path} HTTP/1.1\nHost: web.test\n\n`)
      return await client.response().then(
        ({ status }) => String(status),
        () => 'cut off',
      )
    },
  },
  {
    ...http1('closed-by-service', 4, '/open', '502 upstream-closed'),
    ask: (lane, path) => send(lane, `POST ${path}`, 'Content-Length: 0\n'),
  },
  { ...http1('denied', 10, '/admin', '403 denied'), ask: ({ bearer, ...lane }, path) => get(lane, path, bearer) },
  http1('nobody', 10, '/users', '401 unauthenticated'),
  http1('no-route', 10, '/none', '403 no-route'),
  { ...http1('two-readings', 5, '/open', '400 dot-segment'), ask: (lane, path) => get(lane, `${path}/../x`) },
  http2('get-h2', 120, '/open', '200'),
  http2('denied-h2', 10, '/admin', '403 denied'),
  { ...http2('upload-h2', 6, '/open', '200 262144'), ask: uploadOverHttp2 },
  http2('download-h2', 6, '/open', '200 262144'),
  http2('cut-by-service-h2', 6, '/open', 'cut off'),
  {
    ...http2('cut-by-client-h2', 6, '/open', '200, and cut'),
    ask: async (lane, path) => {
      const stream = lane.session().request({ ':authority': 'web.test', ':path': path })
      stream.on('error', () => {})
      const status = await new Promise((resolve) => {
        stream.on('response', (head) => resolve(head[':status'])).on('close', () => resolve(null))
      })
      if (status === null) return `reset ${stream.rstCode}`
      stream.destroy(new Error('broken off'))
      return `${status}, and cut`
    },
  },
  call('call', 40, 'Say', '0 "hello"', async (client) => {
    const { code, answer } = await unary(client, 'Say', 'hello', new Metadata())
    return `${code} ${JSON.stringify(answer)}`
  }),
  call('call-refused', 10, 'Secret', '16', async (client) => {
    const { code } = await unary(client, 'Secret', 'hello', new Metadata())
    return String(code)
  }),
  call('call-both-ways', 10, 'Chat', '0 [1,2,3]', async (client) => {
    const stream = client.Chat(new Metadata())
    const got: unknown[] = []
    stream.on('data', (message: unknown) => got.push(message))
    for (const message of [1, 2, 3]) stream.write(message)
    stream.end()
    const { code } = await statusOf(stream)
    return `${code} ${JSON.stringify(got)}`
  }),
  call('call-cancelled', 10, 'Count', '1', async (client) => {
    const stream = client.Count(500, new Metadata())
    stream.once('data', () => stream.cancel())
    const { code } = await statusOf(stream)
    return String(code)
  }),
]

function http1(name: string, weight: number, prefix: string, expected: string): Kind {
  return { name, weight, expected, path: `${prefix}/${name}`, ask: (lane, path) => get(lane, path) }
}

function http2(name: string, weight: number, prefix: string, expected: string): Kind {
  const ask = (lane: Lane, path: string) => {
    // Who is denied is somebody.
    const who = prefix === '/admin' ? { authorization: lane.bearer } : {}
    return outcomeOverHttp2(lane.session().request({ ':authority': 'web.test', ':path': path, ...who }))
  }
  return { name, weight, expected, path: `${prefix}/${name}`, ask }
}

function call(
  name: string,
  weight: number,
  method: string,
  expected: string,
  ask: (client: EchoClient) => Promise<string>,
): Kind {
  return { name, weight, expected, path: `/test.v1.Echo/${method}`, ask: (lane) => ask(lane.calls()) }
}

function get(lane: Pick<Lane, 'connection'>, path: string, bearer?: string): Promise<string> {
  return send(lane, `GET ${path}`, bearer === undefined ? '' : `Authorization: ${bearer}\n`)
}

async function send(lane: Pick<Lane, 'connection'>, line: string, headers = '', body = ''): Promise<string> {
  const client = lane.connection()
  client.send(`${line} HTTP/1.1\nHost: web.test\n${headers}\n${body}`)
  const { status, get: header } = await answerOf(client)
  const code = header('x-iap-error')
  return code === undefined ? String(status) : `${status} ${code}`
}

async function getWhole(lane: Lane, path: string): Promise<string> {
  const client = lane.connection()
  client.send(`GET ${path} HTTP/1.1\nHost: web.test\n\n`)
  const { status, body } = await answerOf(client)
  return `${status} ${body.length}`
}

async function readEvents(lane: Lane, path: string, count: number): Promise<string> {
  const client = lane.connection()
  client.send(`GET ${path} HTTP/1.1\nHost: web.test\nAccept: text/event-stream\n\n`)
  const { status, body } = await answerOf(client)
  return `${status} ${body.endsWith(`data: ${count}\n\n`) ? 'whole' : JSON.stringify(body)}`
}

/** The connection is given up where the answer says so. */
async function answerOf(client: RawClient) {
  const answer = await client.response()
  if (answer.get('connection')?.toLowerCase() === 'close') client.close()
  return answer
}

function talk({ port }: Lane, path: string, count: number, gap: number): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host: 'web.test' }, perMessageDeflate: false })
  return new Promise((resolve) => {
    let echoes = 0
    socket.on('open', () => socket.send('1'))
    socket.on('message', (data) => {
      echoes = Number(String(data))
      if (echoes === count) socket.close()
      else if (gap === 0) socket.send(String(echoes + 1))
      else setTimeout(() => socket.send(String(echoes + 1)), gap)
    })
    socket.on('error', ({ message }) => resolve(message))
    socket.on('close', (code) => resolve(echoes === count ? 'echoed' : `closed with ${code} after ${echoes}`))
  })
}

function uploadOverHttp2(lane: Lane, path: string): Promise<string> {
  const stream = lane.session().request({ ':method': 'POST', ':authority': 'web.test', ':path': path })
  for (let sent = 0; sent < UPLOAD; sent += piece.length) stream.write(piece)
  stream.end()
  return outcomeOverHttp2(stream)
}

/** With a short body where it is a number, with its length where it is long. */
function outcomeOverHttp2(stream: ClientHttp2Stream): Promise<string> {
  return new Promise((resolve) => {
    let status = ''
    let code: unknown
    let [length, text] = [0, '']
    stream.on('response', (head) => {
      status = String(head[':status'])
      code = head['x-iap-error']
    })
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (chunk.length < 16) text += chunk
    })
    stream.on('error', () => {})
    stream.on('close', () => {
      if (stream.rstCode !== 0 || stream.aborted || status === '') resolve(status === '' ? `reset ${stream.rstCode}` : 'cut off')
      else if (code !== undefined) resolve(`${status} ${code}`)
      else resolve(/^\d+$/.test(text) ? `${status} ${text}` : length > 1024 ? `${status} ${length}` : status)
    })
  })
}
