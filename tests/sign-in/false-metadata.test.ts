/** Providers whose metadata do not hold: nobody is sent to them. One proxy has an identity for each. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CookieClient, NAVIGATION } from '../support/cookie-client.ts'
import { openPages, type StartedProxy } from './open-pages.ts'

/** What is other in the metadata of a provider. */
const LIES: readonly (readonly [string, (issuer: string) => object])[] = [
  ['is of another issuer', () => ({ issuer: 'https://evil.example' })],
  ['differs by a slash', (issuer) => ({ issuer: `${issuer}/` })],
  ['differs by case', (issuer) => ({ issuer: issuer.toUpperCase() })],
  ['has no issuer', () => ({ issuer: undefined })],
  ['leads elsewhere by script', () => ({ authorization_endpoint: 'javascript:alert(1)' })],
  ['has no address to sign in', () => ({ authorization_endpoint: undefined })],
]
/** Behind those that lie, one that does not: what is refused is the lie. */
const ALL = [...LIES, ['is true', () => ({})] as const]

const policy = `
${ALL.map((_, at) => `identity staff${at} via oidc { sub: string }`).join('\n')}
service app at "app.localhost" {
${ALL.map((_, at) => `  route for${at} GET "/${at}"`).join('\n')}
}
${ALL.map((_, at) => `permit to${at} on app.for${at} to staff${at}`).join('\n')}
`

let provider: Server
let pages: Awaited<ReturnType<typeof openPages>>
let started: StartedProxy
const issuerOf = (at: number) => `http://127.0.0.1:${(provider.address() as AddressInfo).port}/${at}`

beforeAll(async () => {
  provider = createServer(({ url }, response) => {
    const [, at = ''] = /^\/(\d)\/\.well-known\/openid-configuration$/.exec(url ?? '') ?? []
    const [, lie] = ALL[Number(at)] ?? []
    if (at === '' || lie === undefined) return void response.writeHead(404).end()
    const issuer = issuerOf(Number(at))
    const metadata = {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      ...lie(issuer),
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata))
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  pages = await openPages(policy)
  const identities = ALL.map(
    (_, at) => `staff${at}: { issuer: "${issuerOf(at)}", clientId: iap, clientSecret: { env: IAP_TEST_SECRET } }`,
  )
  const env = { ...process.env, IAP_TEST_SECRET: 'x'.repeat(40) }
  started = await pages.startWith({ identities: `{ ${identities.join(', ')} }`, lives: 'stage' }, env)
})

afterAll(async () => {
  await pages?.close()
  provider?.close()
})

/** Of a browser that comes to the page of an identity: what it is told, and where it is sent. */
async function visit(at: number) {
  const client = new CookieClient()
  const { status, headers, location } = await client.send(`${started.origin}/${at}`, { headers: NAVIGATION })
  return { status, code: headers['x-iap-error'], location, cookies: client.names.length }
}

test.each(LIES.map(([name], at) => [name, at] as const))('a provider whose metadata %s', async (_, at) => {
  expect(await visit(at)).toEqual({ status: 503, code: 'login-unavailable', location: null, cookies: 0 })
})

test('a provider whose metadata are true', async () => {
  const location = expect.stringContaining(`${issuerOf(LIES.length)}/auth?`)
  expect(await visit(LIES.length)).toMatchObject({ status: 302, code: undefined, location })
})
