import { deepEqual, equal } from 'node:assert/strict'
import { type FrontCase, reached, refused } from './front-case.ts'

const HANDSHAKE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

/** HTTP/2 and WebSocket. */
export const protocolCases: readonly FrontCase[] = [
  {
    name: 'HTTP/2: permitted and refused',
    needs: 'http2',
    async run({ askHttp2, token }) {
      equal(reached(await askHttp2({ ':path': '/open/a%20b?x' })).url, '/open/a%20b?x')
      refused(await askHttp2({ ':path': '/admin/a' }), 401, 'unauthenticated')
      const authorization = `Bearer ${token('ada')}`
      equal(reached(await askHttp2({ ':path': '/account/1', authorization })).headers.authorization, undefined)
    },
  },
  {
    name: 'HTTP/2: a path with dots, and another host',
    needs: 'http2',
    async run({ askHttp2 }) {
      const dots = await askHttp2({ ':path': '/open/../admin/a' })
      deepEqual([dots.answer.status >= 300, dots.seen], [true, []])
      const other = await askHttp2({ ':path': '/open/a', ':authority': 'other.test' })
      deepEqual([other.answer.status >= 400, other.seen], [true, []])
    },
  },
  {
    name: 'HTTP/2: a header that a rule reads, twice, and several cookies',
    needs: 'http2',
    async run({ askHttp2, front }) {
      if (front.cannot['repeated-lines'] === undefined)
        refused(await askHttp2({ ':path': '/tenant', 'x-tenant': ['a', 'b'] }), 400, 'header-repeated')
      const { answer, seen } = await askHttp2({ ':path': '/open/a', cookie: ['a=1', 'b=2'] })
      if (answer.status !== 400)
        deepEqual(
          seen.map(({ headers }) => headers.cookie),
          ['a=1; b=2'],
        )
    },
  },
  {
    name: 'a refused gRPC call reaches no service',
    needs: 'http2',
    async run({ askHttp2 }) {
      const { answer, seen } = await askHttp2({
        ':method': 'POST',
        ':path': '/account/1',
        'content-type': 'application/grpc',
        te: 'trailers',
      })
      // With a status of gRPC (7 or 16), or one of HTTP.
      const code = answer.headers.get('grpc-status')
      deepEqual([answer.status === 200 ? code === '16' || code === '7' : answer.status >= 400, seen], [true, []])
    },
  },
  {
    name: 'a WebSocket of no page, and of a page of its own origin',
    needs: 'websocket',
    async run({ ask }) {
      for (const lines of [[], ['Origin: http://shop.localhost']]) {
        const { answer, seen } = await ask('GET /open/socket', [...HANDSHAKE, ...lines])
        deepEqual([answer.status, seen.length], [101, 1])
      }
    },
  },
  {
    name: 'a WebSocket of a page of another origin',
    needs: 'websocket',
    async run({ ask }) {
      refused(await ask('GET /open/socket', [...HANDSHAKE, 'Origin: https://evil.test']), 403, 'websocket-origin')
    },
  },
  {
    name: 'a WebSocket without a credential',
    needs: 'websocket',
    async run({ ask }) {
      const { answer, seen } = await ask('GET /account/socket', HANDSHAKE)
      deepEqual([answer.status, seen], [401, []])
    },
  },
  {
    name: 'an upgrade to another protocol',
    async run({ ask }) {
      const { answer, seen } = await ask('GET /open/a', [
        'Connection: Upgrade, HTTP2-Settings, close',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAAP__',
      ])
      equal(answer.status === 101, false)
      equal(seen[0]?.headers.upgrade, undefined)
    },
  },
]
