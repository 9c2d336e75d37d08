import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { CookieClient } from '../support/cookie-client.ts'
import { startDocumentedProvider } from '../support/documented-provider.ts'
import { PROVIDER_SHAPES } from '../support/provider-shapes.ts'
import { startTestProxy, startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'

/** Guides, with the names of their shapes: each page works with metadata and tokens of the shape that its provider documents. */
const GUIDES = { keycloak: 'keycloak', 'entra-id': 'entra', okta: 'okta', auth0: 'auth0', google: 'google', cognito: 'cognito' }

const SECRET = 'a-secret-of-the-tests-0123456789'

interface PageIdentity {
  readonly issuer: string
  readonly clientId: string
  readonly audience?: string
}

let upstream: TestUpstream
let author: unknown
beforeAll(async () => {
  upstream = await startUpstream((incoming, response) => {
    author = incoming.headers['x-author']
    incoming.resume()
    response.end('fine')
  })
})
afterAll(() => upstream?.close())

describe.each(Object.entries(GUIDES))('%s.md', (name, shapeName) => {
  const page = readFileSync(new URL(`../../docs/guides/identity-providers/${name}.md`, import.meta.url), 'utf8')
  const block = (language: string) => new RegExp(`^\`\`\`${language}.*\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)?.[1] ?? ''
  const shape = PROVIDER_SHAPES[shapeName]
  if (shape === undefined) throw new Error(`no shape of ${shapeName}`)

  test('a person who may write, one who may not, and tokens for others', async () => {
    const { staff } = parse(block('yaml')).identities as { readonly staff: PageIdentity }
    expect(staff.issuer).toBe(shape.issuer)
    const { people } = shape
    const provider = await startDocumentedProvider({
      ...{ path: new URL(staff.issuer).pathname.replace(/^\/$/, staff.issuer.endsWith('/') ? '/' : ''), people },
      ...{ clientId: staff.clientId, clientSecret: SECRET, audience: staff.audience ?? '' },
    })
    onTestFinished(() => provider.close())
    const app = await startTestProxy([], {
      policy: block('iap'),
      identities: JSON.stringify({ staff: { ...staff, issuer: provider.issuer } }),
      services: `{ hello: { upstreams: ["${upstream.origin}"] } }`,
      files: { 'staff.secret': SECRET },
    })
    onTestFinished(() => app.close())

    const origin = `http://hello.localhost:${app.port}`
    const [, shown] = /header "x-author": "([^"]+)"/.exec(page) ?? []
    for (const [person, status, publishes] of [
      ['ann', 200, 200],
      ['bob', 200, 403],
      ['eve', 403, 403],
    ] as const) {
      if (people[person] === undefined) continue
      provider.person = person
      const client = new CookieClient(undefined, true)
      expect([person, (await client.open(`${origin}/hello/world`)).status]).toEqual([person, status])
      expect([person, await publish(origin, { cookie: client.cookiesFor(origin), origin })]).toEqual([person, publishes])
      if (publishes === 200) expect(String(author)).toContain(shown === 'ann@example.com' ? shown : person)
      if (people[person].accessToken === null) continue
      expect(await publish(origin, { authorization: `Bearer ${provider.accessToken(person)}` })).toBe(publishes)
      expect(await publish(origin, { authorization: `Bearer ${provider.idToken(person)}` })).toBe(401)
    }
  })
})

/** Publishes a post, and resolves with the status. */
function publish(origin: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const { host, port } = new URL(origin)
  const all = { host, 'content-type': 'application/json', ...headers }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/posts', method: 'POST', agent: false, headers: all },
      (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
    )
    outgoing.on('error', reject).end(JSON.stringify({ title: 'Hello', text: 'world' }))
  })
}
