import { FLAG, FRAME, type RawHttp2 } from '../support/raw-http2.ts'

/** RFC 9113 §7 */
export const CODE = { noError: 0, protocol: 1, flowControl: 3, streamClosed: 5, refused: 7, cancel: 8, calm: 11 } as const

export type Fields = [name: string, value: string][]

export const fieldsOf = (method: string, path: string, ...more: Fields): Fields => [
  [':method', method],
  [':scheme', 'http'],
  [':authority', 'app.test'],
  [':path', path],
  ...more,
]

/** Heads that are no requests, and the code with which a stream ends. */
export const malformedRequests: readonly [name: string, fields: Fields, code: number][] = [
  ['a name in upper case', fieldsOf('GET', '/public/a', ['X-A', '1']), CODE.protocol],
  ['a NUL in a path', fieldsOf('GET', '/public/a\0b'), CODE.protocol],
  ['a pseudo-header field twice', fieldsOf('GET', '/public/a', [':path', '/admin']), CODE.protocol],
  ['a pseudo-header field behind others', fieldsOf('GET', '/public/a', ['x-a', '1'], [':authority', 'x']), CODE.protocol],
  ['no path', fieldsOf('GET', '/public/a').filter(([name]) => name !== ':path'), CODE.protocol],
  ['an empty path', fieldsOf('GET', ''), CODE.protocol],
  ['`:protocol` (RFC 8441)', fieldsOf('CONNECT', '/public/a', [':protocol', 'websocket']), CODE.protocol],
  ['a transfer coding', fieldsOf('POST', '/public/a', ['transfer-encoding', 'chunked']), CODE.protocol],
]

/** Bodies of other lengths than their heads say, and whether the stream ends behind them. */
export const wrongLengths: readonly [name: string, length: string, body: string, ends: boolean][] = [
  ['longer than its length says', '3', 'abcdef', true],
  ['shorter than its length says', '9', 'abcdef', true],
  ['longer, and not ended', '3', 'abcdef', false],
]

/** Frames that a front must not make another request of. */
export interface FrameCase {
  readonly name: string
  /** Sends the frames. Resolves when they are answered. */
  send(client: RawHttp2): Promise<unknown>
  /** The only targets that a service may see, each once. */
  readonly reaches: readonly string[]
}

const ended = (client: RawHttp2, stream: number) => client.until(() => client.endOf(stream) !== null)

export const frameCases: readonly FrameCase[] = [
  ...malformedRequests.map(
    ([name, fields]): FrameCase => ({
      name,
      async send(client) {
        client.request(1, fields)
        await ended(client, 1)
      },
      reaches: [],
    }),
  ),
  ...wrongLengths.map(
    ([name, length, body, ends]): FrameCase => ({
      name: `a body that is ${name}`,
      async send(client) {
        client.request(1, fieldsOf('POST', '/public/a', ['content-length', length]), false)
        client.send(FRAME.data, ends ? FLAG.endStream : 0, 1, body)
        await ended(client, 1)
      },
      reaches: [],
    }),
  ),
  ...[
    ['app.test', 't.corp.test'],
    ['t.corp.test', 'app.test'],
  ].map(
    ([authority, host]): FrameCase => ({
      name: `the authority ${authority}, and the host ${host}`,
      async send(client) {
        // Only one of the two hosts has a rule that permits it.
        const fields = fieldsOf('GET', '/admin', ['host', `${host}`])
        client.request(
          1,
          fields.map(([name, value]) => [name, name === ':authority' ? `${authority}` : value]),
        )
        await ended(client, 1)
      },
      reaches: ['/admin'],
    }),
  ),
  {
    name: 'trailers that would be headers',
    async send(client) {
      client.request(1, fieldsOf('POST', '/public/a'), false)
      client.send(FRAME.data, 0, 1, 'body')
      client.request(1, [
        ['x-iap-user', 'forged'],
        ['x-tenant', 'forged'],
      ])
      await ended(client, 1)
    },
    reaches: ['/public/a'],
  },
  {
    name: 'a request of a stream that is over',
    async send(client) {
      client.request(1, fieldsOf('GET', '/public/a'))
      await ended(client, 1)
      client.request(1, fieldsOf('GET', '/public/again'))
      client.request(3, fieldsOf('GET', '/public/after'))
      await client.until(() => client.endOf(3) !== null || client.frames.some(({ type }) => type === FRAME.goaway))
    },
    reaches: ['/public/a', '/public/after'],
  },
]
