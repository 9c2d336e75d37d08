import { deepEqual, equal } from 'node:assert/strict'
import { connect as connectHttp2 } from 'node:http2'
import { askRaw } from '../../tests/fronts/ask.ts'
import { reached, refused } from '../../tests/fronts/cases/front-case.ts'
import { HOST, type Stand } from '../../tests/fronts/stand.ts'
import type { OwnCase } from './own-case.ts'

const HANDSHAKE = ['Connection: Upgrade, close', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']

/** Requests in a burst. Each has a connection of its own, so that a front opens many connections to the listener for checks. */
const BURST = 32

/** Cases of fronts that are built on Go's HTTP server and client. */
export function goCases(stand: Stand): readonly OwnCase[] {
  return [...connectionCases(stand), ...upgradeCases(stand), ...aliasCases(stand)]
}

function connectionCases(stand: Stand): readonly OwnCase[] {
  const { ask, send, token, record } = stand
  return [
    [
      'two requests on one connection are decided apart',
      async () => {
        const first = `GET /account/1 HTTP/1.1\nHost: ${HOST}\nAuthorization: Bearer ${token('ada')}\n\n`
        const { answer, seen } = await send(`${first}GET /account/2 HTTP/1.1\nHost: ${HOST}\nConnection: close\n\n`)
        deepEqual(
          [answer.status, answer.body.includes('401 Unauthorized'), seen.map(({ url }) => url)],
          [200, true, ['/account/1']],
        )
      },
    ],
    [
      'no check goes to the service, however many requests there are at a time',
      async () => {
        for (let round = 0; round < 20; round++) {
          const lines = [`Authorization: Bearer ${token(`burst${round}`)}`]
          const outcomes = await burst(stand, `/account/${round}`, lines)
          deepEqual(outcomes, { statuses: [200], urls: [`/account/${round}`], count: BURST })
        }
      },
    ],
    [
      'a request that is refused in a burst of permitted ones does not pass',
      async () => {
        const mixed = await Promise.all([burst(stand, '/open/a', []), burst(stand, '/admin/a', [])])
        const urls = new Set(mixed.flatMap((each) => each.urls))
        deepEqual([mixed[1]?.statuses, [...urls].filter((url) => url !== '/open/a')], [[401], []])
      },
    ],
    [
      'a record shows no header of the front as one of the client',
      async () => {
        const { headers } = reached(await ask('GET /open/a'))
        deepEqual((await record(headers['x-iap-request-id'] as string)).strippedHeaders, [])
      },
    ],
    [
      '`Expect: 100-continue`',
      async () => equal(reached(await ask('POST /open/a', ['Expect: 100-continue'], 'hello')).body, 'hello'),
    ],
    [
      'a body of 4 MB reaches the service',
      async () => equal(reached(await ask('POST /open/a', [], 'x'.repeat(4_000_000))).body.length, 4_000_000),
    ],
    [
      'trailers of a request are not headers of it',
      async () => {
        const head = `POST /open/a HTTP/1.1\nHost: ${HOST}\nConnection: close\nTrailer: X-Tier\nTransfer-Encoding: chunked\n\n`
        const { headers, body } = reached(await send(`${head}5\nhello\n0\nX-Tier: gold\nX-Iap-Assertion: admin\n\n`))
        deepEqual([headers['x-tier'], headers['x-iap-assertion']?.includes('admin'), body], ['open', false, 'hello'])
      },
    ],
    [
      'CONNECT opens no tunnel',
      async () => {
        const { answer, seen } = await send(`CONNECT ${HOST}:80 HTTP/1.1\nHost: ${HOST}\nConnection: close\n\n`)
        deepEqual([answer.status >= 400, seen], [true, []])
      },
    ],
    [
      'the path of the listener for checks means nothing to clients',
      async () => refused(await ask('GET /', ['X-Forwarded-Uri: /open/a', 'X-Forwarded-Method: GET']), 403, 'no-route'),
    ],
    ['a path in capitals is not a page of the proxy', async () => refused(await ask('GET /.IAP/sign-in'), 403, 'no-route')],
  ]
}

function upgradeCases({ ask, front, takeSeen }: Stand): readonly OwnCase[] {
  return [
    ...['foo', 'h2c', 'websocket, foo', 'TLS/1.0'].map(
      (protocol): OwnCase => [
        `\`Upgrade: ${protocol}\` does not reach the service`,
        async () => {
          const { answer, seen } = await ask('GET /open/socket', [...HANDSHAKE, `Upgrade: ${protocol}`])
          deepEqual([answer.status === 101, seen[0]?.headers.upgrade], [false, undefined])
        },
      ],
    ),
    [
      'two lines of `Upgrade`',
      async () => {
        for (const lines of [
          ['Upgrade: foo', 'Upgrade: websocket'],
          ['Upgrade: websocket', 'Upgrade: foo'],
        ]) {
          const { seen } = await ask('GET /open/socket', [...HANDSHAKE, ...lines])
          equal([undefined, 'websocket'].includes(seen[0]?.headers.upgrade), true, seen[0]?.headers.upgrade)
        }
      },
    ],
    [
      'a WebSocket over HTTP/2 opens no tunnel',
      async () => {
        const session = connectHttp2(`http://127.0.0.1:${front.port}`)
        session.on('error', () => {})
        const pseudo = { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':path': '/open/socket' }
        const status = await new Promise<number>((resolve) => {
          session.once('close', () => resolve(0))
          session.once('remoteSettings', () => {
            const stream = session.request({ ...pseudo, ':authority': HOST })
            stream.once('response', (headers) => resolve(Number(headers[':status'])))
            stream.once('error', () => resolve(0))
          })
        }).finally(() => session.destroy())
        deepEqual([status === 200, takeSeen()], [false, []])
      },
    ],
  ]
}

function aliasCases({ ask, token }: Stand): readonly OwnCase[] {
  return [
    ...['X.Tier', 'X_Tier', 'X!Tier', 'X_Iap.Assertion', 'x_forwarded_uri'].map(
      (name): OwnCase => [
        `\`${name}\`, which services may read as another header, does not reach the service`,
        async () => {
          const { answer, seen } = await ask('GET /open/a', [`${name}: gold`])
          equal([200, 400].includes(answer.status), true, `${answer.status}`)
          equal(seen[0]?.rawHeaders.includes('gold') ?? false, false)
        },
      ],
    ),
    [
      'a header that only another rule sets does not reach the service',
      async () => {
        const lines = [`Authorization: Bearer ${token('ada')}`, 'X-Tier: gold', 'X-Tier: open']
        equal(reached(await ask('GET /account/1', lines)).headers['x-tier'], undefined)
      },
    ],
  ]
}

/** Sends many requests at a time. Returns the different statuses, and the different targets that the service saw. */
async function burst(
  { front, takeSeen }: Stand,
  path: string,
  lines: readonly string[],
): Promise<{ readonly statuses: readonly number[]; readonly urls: readonly string[]; readonly count: number }> {
  takeSeen()
  const text = `${[`GET ${path} HTTP/1.1`, `Host: ${HOST}`, 'Connection: close', ...lines].join('\n')}\n\n`
  const answers = await Promise.all(Array.from({ length: BURST }, () => askRaw(front.port, text)))
  const seen = takeSeen()
  return {
    statuses: [...new Set(answers.map(({ status }) => status))],
    urls: [...new Set(seen.map(({ url }) => url))],
    count: seen.length,
  }
}
