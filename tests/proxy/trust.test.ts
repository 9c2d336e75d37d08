/** Whose requests a proxy before this one carries: what the decision, the service and the record take for the client. */
import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'

const POLICY = `
identity user via jwt { sub: string }
service app at "app.test" {
  route inside GET "/inside"
  route open   GET "/open"
}
permit from_inside on app.inside to anyone when cidr("192.0.2.0/24").containsIP(source.ip)
permit open_to_all on app.open to anyone
`

let upstream: TestUpstream
let seen: IncomingMessage[]

beforeEach(async () => {
  seen = []
  upstream = await startUpstream((request, response) => {
    seen.push(request)
    response.end()
  })
})

afterEach(() => upstream.close())

async function withProxy(trust: string | undefined, use: (ask: Ask, proxy: TestProxy) => Promise<void>): Promise<void> {
  const proxy = await startTestProxy([upstream.origin], {
    policy: POLICY,
    ...(trust !== undefined && { listener: `trust: ${trust}` }),
  })
  try {
    await use(async (path, ...lines) => {
      const client = new RawClient(proxy.port)
      client.send(`${[`GET ${path} HTTP/1.1`, 'Host: app.test', 'Connection: close', ...lines].join('\n')}\n\n`)
      const { status, get } = await client.response()
      return [status, get('x-iap-error')]
    }, proxy)
  } finally {
    await proxy.close()
  }
}

type Ask = (path: string, ...lines: readonly string[]) => Promise<readonly [number, string | undefined]>

test('nobody is believed who is not named', async () => {
  await withProxy(undefined, async (ask, proxy) => {
    expect((await ask('/inside', 'X-Forwarded-For: 192.0.2.7'))[0]).toBe(403)
    expect((await ask('/open', 'X-Forwarded-For: garbage'))[0]).toBe(200)
    expect(seen[0]?.headers['x-forwarded-for']).toBe('127.0.0.1')
    expect((await proxy.audit(2)).map(({ source }) => source)).toEqual(['127.0.0.1', '127.0.0.1'])
  })
  await withProxy('{ proxies: [10.0.0.0/8] }', async (ask) => {
    expect((await ask('/inside', 'X-Forwarded-For: 192.0.2.7'))[0]).toBe(403)
  })
})

describe('a proxy that is named', () => {
  test('says whose requests it carries, to the decision, the service and the record', async () => {
    await withProxy('{ proxies: [127.0.0.1, 10.0.0.0/8] }', async (ask, proxy) => {
      expect((await ask('/inside', 'X-Forwarded-For: 192.0.2.7'))[0]).toBe(200)
      expect((await ask('/inside', 'X-Forwarded-For: 192.0.2.7, 203.0.113.9'))[0]).toBe(403)
      expect((await ask('/inside', 'X-Forwarded-For: 203.0.113.9, 192.0.2.7, 10.1.2.3'))[0]).toBe(200)
      expect((await ask('/inside', 'Forwarded: for=192.0.2.7', 'X-Real-IP: 192.0.2.7'))[0]).toBe(403)
      expect(seen.map(({ headers }) => headers['x-forwarded-for'])).toEqual(['192.0.2.7', '192.0.2.7'])
      const sources = (await proxy.audit(4)).map(({ source }) => source)
      expect(sources).toEqual(['192.0.2.7', '203.0.113.9', '192.0.2.7', '127.0.0.1'])
    })
  })

  test('is refused where it says what is no address', async () => {
    await withProxy('{ proxies: [127.0.0.1] }', async (ask) => {
      expect(await ask('/open', 'X-Forwarded-For: garbage')).toEqual([400, 'client-address'])
      expect(await ask('/open', 'X-Forwarded-For: unknown')).toEqual([400, 'client-address'])
      expect(seen).toEqual([])
      expect((await ask('/open', 'X-Forwarded-For: garbage, 203.0.113.9'))[0]).toBe(200)
    })
  })

  test('is believed in the one header that the configuration says', async () => {
    await withProxy('{ proxies: [127.0.0.1], header: forwarded }', async (ask) => {
      expect((await ask('/inside', 'Forwarded: for=192.0.2.7;proto=https'))[0]).toBe(200)
      expect((await ask('/inside', 'X-Forwarded-For: 192.0.2.7'))[0]).toBe(403)
      expect(await ask('/inside', 'Forwarded: for=192.0.2.7;x=", for=203.0.113.9')).toEqual([400, 'client-address'])
    })
  })
})

describe('over what the client has come', () => {
  const told = () => seen.map(({ headers }) => headers['x-forwarded-proto'])

  test('a proxy that is named says, to the service', async () => {
    await withProxy('{ proxies: [127.0.0.1, 10.0.0.0/8] }', async (ask) => {
      await ask('/open', 'X-Forwarded-For: 192.0.2.7', 'X-Forwarded-Proto: https')
      await ask('/open', 'X-Forwarded-For: 192.0.2.7', 'X-Forwarded-Proto: http')
      await ask('/open', 'X-Forwarded-For: 192.0.2.7, 10.0.0.2', 'X-Forwarded-Proto: gopher, https, http')
      await ask('/open', 'X-Forwarded-For: 192.0.2.7', 'Forwarded: for=192.0.2.7;proto=https')
      expect(told()).toEqual(['https', 'http', 'https', 'http'])
      expect(await ask('/open', 'X-Forwarded-For: 192.0.2.7', 'X-Forwarded-Proto: gopher')).toEqual([400, 'client-scheme'])
      expect(seen).toHaveLength(4)
    })
    seen = []
    await withProxy('{ proxies: [127.0.0.1], header: forwarded }', async (ask) => {
      await ask('/open', 'Forwarded: for=192.0.2.7;proto=https')
      await ask('/open', 'Forwarded: for=192.0.2.7', 'X-Forwarded-Proto: https')
      expect(told()).toEqual(['https', 'http'])
    })
  })

  test('nobody else does', async () => {
    await withProxy('{ proxies: [10.0.0.0/8] }', async (ask) => {
      await ask('/open', 'X-Forwarded-For: 192.0.2.7', 'X-Forwarded-Proto: https')
      await ask('/open', 'X-Forwarded-Proto: gopher')
      expect(told()).toEqual(['http', 'http'])
    })
  })

  test.each([
    ['https', 'https://app.test', 501],
    ['https', 'http://app.test', 403],
    ['http', 'http://app.test', 501],
    ['http', 'https://app.test', 403],
  ])('it is what the origin of a WebSocket is compared with: %s, %s', async (proto, origin, wanted) => {
    await withProxy('{ proxies: [127.0.0.1] }', async (_, proxy) => {
      // Who accepts no WebSocket says so, and that goes on as an answer.
      upstream.server.on('upgrade', (__, socket) => socket.end('HTTP/1.1 501 Not Implemented\r\ncontent-length: 0\r\n\r\n'))
      const client = new RawClient(proxy.port)
      client.send(
        `GET /open HTTP/1.1\nHost: app.test\nConnection: Upgrade\nUpgrade: websocket\nOrigin: ${origin}\nX-Forwarded-Proto: ${proto}\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n\n`,
      )
      expect((await client.response()).status).toBe(wanted)
      client.close()
    })
  })
})
