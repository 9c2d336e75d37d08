import { decodeJwt } from 'jose'
import { afterEach, expect, test } from 'vitest'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream, testPolicy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

let upstream: TestUpstream
let app: TestProxy
afterEach(async () => {
  await app?.close()
  await upstream?.close()
})

/** The service says whom it was told of, late for some so that answers overtake. */
async function start(): Promise<void> {
  upstream = await startUpstream((request, response) => {
    const { sub = 'nobody', groups } = { groups: [], ...decodeJwt(String(request.headers['x-iap-assertion'])) }
    const told = JSON.stringify([request.url, sub, request.headers.authorization ?? null, groups.length])
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
    })
    request.on('end', () => setTimeout(() => response.end(told), size % 7))
  })
  app = await startTestProxy([upstream.origin])
}

test('each request has its own caller, on connections that are shared and side by side', async () => {
  await start()
  const tokens = ['ann', 'ben', 'cem', 'nobody'].map((sub) => [sub, sub === 'nobody' ? '' : app.bearer({ sub })] as const)
  const callers = new Map<string, string>()
  async function connection(seed: number): Promise<void> {
    const c = new RawClient(app.port)
    for (let i = 0; i < 60; i++) {
      const [sub, bearer] = tokens[(seed * 7 + i * i) % tokens.length] as (typeof tokens)[number]
      const path = `/open/${seed}/${i}`
      callers.set(path, sub)
      const body = 'x'.repeat((seed + i) % 11)
      c.send(
        `POST ${path} HTTP/1.1\nHost: app.test\nContent-Length: ${body.length}\n${bearer && `Authorization: ${bearer}\n`}\n${body}`,
      )
      expect(JSON.parse((await c.response()).body)).toEqual([path, sub, null, 0])
    }
    c.close()
  }
  await Promise.all(Array.from({ length: 20 }, (_, seed) => connection(seed)))
  const recorded = new Map((await app.audit(1200)).map(({ path, caller }) => [path, caller?.subject ?? 'nobody']))
  expect(recorded).toEqual(callers)
  expect(app.issuer.requests.get('/jwks')).toBe(1)
})

test('fifty first requests with fifty tokens ask the issuer once', async () => {
  await start()
  app.issuer.slow(50)
  const clients = Array.from({ length: 50 }, (_, i) => {
    const c = new RawClient(app.port)
    c.send(`GET /users/${i} HTTP/1.1\nHost: app.test\nAuthorization: ${app.bearer({ sub: `user${i}` })}\n\n`)
    return c
  })
  for (const [i, c] of clients.entries()) {
    expect(JSON.parse((await c.response()).body)).toEqual([`/users/${i}`, `user${i}`, null, 0])
    c.close()
  }
  expect(app.issuer.requests.get('/jwks')).toBe(1)
})

test('a policy that becomes active on the way decides nothing of a request that began before', async () => {
  await start()
  // Long enough for the policy to be another one, most of the time: what is asked for stays the same in any case.
  app.issuer.slow(300)
  const upload = new RawClient(app.port)
  upload.send('POST /open/upload HTTP/1.1\nHost: app.test\nContent-Length: 10\n\n12345')
  const fetching = new RawClient(app.port)
  fetching.send(`GET /users/fetching HTTP/1.1\nHost: app.test\nAuthorization: ${app.bearer({ sub: 'ann' })}\n\n`)
  const underWay = (method: string) =>
    app.metric(`http_server_active_requests{http_request_method="${method}",url_scheme="http"}`)
  await eventually(async () => ((await underWay('POST')) === 1 && (await underWay('GET')) === 1) || undefined)
  await eventually(() => (app.issuer.requests.get('/jwks') === 1 ? true : undefined))
  const closed = testPolicy.replace(/permit (?:open_to_all|users_in)[^\n]*/g, '')
  const activation = await app.proxy.reload(await compilePolicy(closed, { signers: [testSigner], sequence: 2 }))
  expect(activation).toMatchObject({ kind: 'activated' })
  upload.send('67890')
  expect([(await upload.response()).status, (await fetching.response()).status]).toEqual([200, 200])
  upload.send('POST /open/after HTTP/1.1\nHost: app.test\nContent-Length: 2\n\n12')
  fetching.send(`GET /users/after HTTP/1.1\nHost: app.test\nAuthorization: ${app.bearer({ sub: 'ann' })}\n\n`)
  expect([(await upload.response()).status, (await fetching.response()).status]).toEqual([403, 403])
  const sequences = new Map((await app.audit(4)).map(({ path, sequence }) => [path, sequence]))
  expect(Object.fromEntries(sequences)).toEqual({
    '/open/upload': 1,
    '/users/fetching': 1,
    '/open/after': 2,
    '/users/after': 2,
  })
  upload.close()
  fetching.close()
})
