import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'

/** Of other proxies: caches before this one must not keep what only some may have, and nobody may pretend to be an identity-aware one. */
const POLICY = `
identity user via jwt { sub: string }
service app at "app.test" {
  route users  GET "/users/{rest...}"
  route open   GET "/open/{rest...}"
  route halves GET "/halves/{name: string}"
}
permit users on app.users to user
permit open on app.open to anyone
permit halves on app.halves to anyone when params.name == "open"
permit all_of_it on app.halves to user
`

let upstream: TestUpstream
let app: TestProxy
let seen: string[]

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    seen = request.rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
    response.writeHead(200, { 'cache-control': 'public, max-age=3600', 'cdn-cache-control': 'max-age=9' }).end('salaries')
  })
  app = await startTestProxy([upstream.origin], {
    policy: POLICY,
    service: 'identityHeaders: [X-WEBAUTH-USER]',
    more: 'identityHeaders: [Cf-Access-Jwt-Assertion]',
  })
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

beforeEach(() => {
  seen = []
})

describe('an answer that a shared cache', () => {
  const caching = async (path: string, ...lines: string[]) => {
    const response = await ask(app.port, `GET ${path}`, lines)
    return [response.status, response.get('cache-control'), response.get('cdn-cache-control')]
  }
  const PRIVATE = [200, 'private, max-age=3600', undefined]
  const AS_IT_CAME = [200, 'public, max-age=3600', 'max-age=9']

  test('must not keep is one that only callers may have', async () => {
    const bearer = `Authorization: ${app.bearer()}`
    expect(await caching('/users/salaries', bearer)).toEqual(PRIVATE)
    expect(await caching('/halves/closed', bearer)).toEqual(PRIVATE)
  })

  test('may keep is one that everybody may have', async () => {
    const bearer = `Authorization: ${app.bearer()}`
    for (const path of ['/open/a', '/halves/open']) {
      expect(await caching(path)).toEqual(AS_IT_CAME)
      expect(await caching(path, bearer)).toEqual(AS_IT_CAME)
    }
  })
})

test('identity headers of other proxies reach the service only where the configuration allows them', async () => {
  const sent = [
    'X-Auth-Request-User',
    'Remote_User',
    'X.Goog.Authenticated-User-Email',
    'X-Client-DN',
    'X-Remote-Group',
    'X-WebAuth-Role',
  ]
  const allowed = ['X-Webauth-User', 'CF-Access-JWT-Assertion']
  await ask(
    app.port,
    'GET /open/headers',
    [...sent, ...allowed, 'X-Auth-Token'].map((name) => `${name}: admin`),
  )
  expect(seen).toEqual(expect.arrayContaining(['x-webauth-user', 'cf-access-jwt-assertion', 'x-auth-token']))
  for (const name of sent) expect(seen).not.toContain(name.toLowerCase())
  expect((await app.audit(1, '/open/headers'))[0]?.strippedHeaders).toEqual(sent.map((name) => name.toLowerCase()))
})
