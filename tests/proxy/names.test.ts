import type { LookupAddress } from 'node:dns'
import type { RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, outcomeOf } from '../support/ask.ts'
import { RawClient } from '../support/raw-client.ts'
import { type RawService, startRawService } from '../support/raw-service.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'

/** Services whose name leads elsewhere: two of them, on one port of two addresses of this machine. */
let a: RawService
let b: RawService
let app: TestProxy
let found: () => Promise<LookupAddress[]>
let names: string[]

const at = (...addresses: string[]) => addresses.map((address) => ({ address, family: 4 }))

beforeEach(async () => {
  names = []
  a = await startRawService(({ answer }) => answer('a'))
  b = await startRawService(({ answer }) => answer('b'), { host: '127.0.0.2', port: a.port })
})

afterEach(async () => {
  await app?.close()
  await Promise.all([a.close(), b.close()])
})

async function start(upstreams = [`http://service.test:${a.port}`]): Promise<void> {
  app = await startTestProxy(upstreams, {
    upstreams: {
      resolveInterval: 30,
      resolve: (name) => {
        names.push(name)
        return found()
      },
    },
  })
  await eventually(() => (names.length >= 2 ? true : undefined))
}

/** Once the name has been looked up anew. */
async function lookedUp(): Promise<void> {
  const before = names.length
  await eventually(() => (names.length >= before + 2 ? true : undefined))
}

const body = async () => (await ask(app.port, 'GET /open/x')).body
const bodies = async (count: number) => {
  const all: string[] = []
  for (let i = 0; i < count; i++) all.push(await body())
  return all.toSorted().join('')
}

test('traffic moves with the name, without an error, and what is under way ends where it is', async () => {
  found = async () => at('127.0.0.1')
  await start()
  expect(names[0]).toBe('service.test')
  let finish: () => void = () => {}
  a.serve = ({ line, answer }) => {
    if (line === 'GET /open/slow') finish = () => answer('slow')
    else answer('a')
  }
  const slow = new RawClient(app.port)
  slow.send('GET /open/slow HTTP/1.1\nHost: app.test\n\n')
  await eventually(() => (a.requests.length === 1 ? true : undefined))

  const seen: [number, string][] = []
  let stop = false
  const clients = Array.from({ length: 4 }, async () => {
    const c = new RawClient(app.port)
    for (; !stop; ) {
      c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
      const response = await c.response()
      seen.push([response.status, response.body])
    }
    c.close()
  })
  await eventually(() => (seen.length > 50 ? true : undefined))
  found = async () => at('127.0.0.2')
  await lookedUp()
  const moved = seen.length
  await eventually(() => (seen.length > moved + 50 ? true : undefined))
  stop = true
  await Promise.all(clients)
  expect(seen.filter(([status]) => status !== 200)).toEqual([])
  expect(seen.slice(0, 50).map(([, text]) => text)).toEqual(Array(50).fill('a'))
  expect(seen.slice(-40).map(([, text]) => text)).toEqual(Array(40).fill('b'))
  finish()
  expect((await slow.response()).body).toBe('slow')
  slow.close()
  // The old connections are given up.
  await eventually(() => (a.sockets.size === 0 ? true : undefined))
  expect(app.log.join('')).toContain('a name leads elsewhere')
})

test('several addresses of a name share its requests, each by itself', async () => {
  found = async () => at('127.0.0.1', '127.0.0.2')
  await start()
  expect(await bodies(20)).toBe('aaaaaaaaaabbbbbbbbbb')
  const addresses = (await app.audit(20)).map(({ upstream }) => upstream?.address)
  expect(new Set(addresses)).toEqual(new Set([`http://127.0.0.1:${a.port}`, `http://127.0.0.2:${a.port}`]))
  // In another order they are the same, and keep their connections.
  const sockets = new Set([...a.sockets, ...b.sockets])
  found = async () => at('127.0.0.2', '127.0.0.1')
  await lookedUp()
  await bodies(4)
  expect([...a.sockets, ...b.sockets].every((socket) => sockets.has(socket))).toBe(true)
})

test('the certificate of each is checked for the name: of requests, of retries and of health checks', async () => {
  const authority = testAuthority()
  const seen: string[] = []
  const answer = (name: string): RequestListener => {
    return ({ socket, url }, response) => {
      seen.push(`${name} ${url} ${(socket as TLSSocket).servername}`)
      response.end(name)
    }
  }
  const good = createTlsServer(authority.server(['service.test']), answer('good'))
  const bad = createTlsServer(authority.server(['other.test', '127.0.0.2']), answer('bad'))
  bad.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => good.listen(0, '127.0.0.1', resolve))
  const { port } = good.address() as AddressInfo
  await new Promise<void>((resolve) => bad.listen(port, '127.0.0.2', resolve))
  app = await startTestProxy([`https://service.test:${port}`], {
    service: 'tls: { ca: ca.pem }, health: { path: /healthz }, eject: { failures: 0 }',
    files: { 'ca.pem': authority.cert },
    upstreams: { resolve: async () => at('127.0.0.1', '127.0.0.2') },
  })
  const up = (address: string) => app.metric(`iap_upstream_up{service="app",address="https://${address}:${port}"}`)
  await eventually(async () => ((await up('127.0.0.2')) === 0 ? true : undefined))
  expect(await up('127.0.0.1')).toBe(1)
  expect(await bodies(2)).toBe('goodgood')
  await app.close()

  app = await startTestProxy([`https://service.test:${port}`], {
    service: 'tls: { ca: ca.pem }, eject: { failures: 0 }',
    files: { 'ca.pem': authority.cert },
    upstreams: { resolve: async () => at('127.0.0.1', '127.0.0.2') },
  })
  const posts = [await ask(app.port, 'POST /open/x'), await ask(app.port, 'POST /open/x')].map(outcomeOf)
  expect(posts.toSorted()).toEqual([
    [200, null],
    [502, 'upstream-tls'],
  ])
  expect(await bodies(4)).toBe('goodgoodgoodgood')
  expect(seen.filter((line) => !/^good \S+ service\.test$/.test(line))).toEqual([])
  expect(seen).toContain('good /healthz service.test')
  for (const server of [good, bad]) {
    server.closeAllConnections()
    server.close()
  }
})

test('a lookup that fails changes nothing, and is told once', async () => {
  found = async () => at('127.0.0.2')
  await start()
  found = () => Promise.reject(new Error('the server is away'))
  await lookedUp()
  await lookedUp()
  expect(await bodies(5)).toBe('bbbbb')
  expect(app.log.join('').match(/a name does not resolve.*the server is away/g)).toHaveLength(1)
  found = async () => at('127.0.0.1')
  await lookedUp()
  expect(await bodies(5)).toBe('aaaaa')
})

test('a name with one address of each family is one address, at whichever answers', async () => {
  found = async () => [{ address: '::1', family: 6 }, ...at('127.0.0.1')]
  await start()
  expect(await bodies(5)).toBe('aaaaa')
  expect((await app.audit(5)).map(({ upstream }) => upstream)).toEqual(
    Array(5).fill({ address: `http://service.test:${a.port}`, status: 200 }),
  )
})

test('until a name has been looked up, the system does it', async () => {
  found = () => new Promise(() => {})
  app = await startTestProxy([`http://localhost:${a.port}`], { upstreams: { resolve: () => found() } })
  expect(await bodies(3)).toBe('aaa')
})

test('an address is not looked up', async () => {
  found = async () => at('127.0.0.2')
  await start([a.origin, `http://service.test:${a.port}`])
  for (let round = 0; round < 3; round++) await lookedUp()
  expect([new Set(names), await bodies(4)]).toEqual([new Set(['service.test']), 'aabb'])
})
