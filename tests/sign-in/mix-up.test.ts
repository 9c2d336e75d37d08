/**
 * Mix-up (RFC 9700, section 4.4): a malicious provider of the configuration passes the login that began with it on to an honest provider, which does not say `iss` (RFC 9207), and waits for the honest
 * provider's code at its own token endpoint.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CookieClient, NAVIGATION } from '../support/cookie-client.ts'
import { base64url } from '../support/test-issuer.ts'
import { openPages, type PagesStage, policyOfPages, type StartedProxy } from './open-pages.ts'

const SECRET = 'a-secret-of-the-client-0123456789'

interface Endpoint {
  readonly issuer: string
  close(): Promise<void>
}

/** The provider of `staff`: client secret, PKCE, redirect URI, nonce, each code once. Whoever has the cookie `sso` is signed in there. */
async function startHonest(): Promise<Endpoint> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const codes = new Map<string, { sub: string; challenge: string; nonce: string; redirect: string }>()
  return await listen(async (request, response, issuer) => {
    const url = new URL(request.url ?? '/', issuer)
    if (url.pathname === '/jwks')
      return json(response, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: '1', alg: 'ES256', use: 'sig' }] })
    if (url.pathname === '/authorize') {
      const sub = /sso=(\w+)/.exec(request.headers.cookie ?? '')?.[1]
      if (sub === undefined || url.searchParams.get('client_id') !== 'iap-at-honest') return void response.writeHead(403).end()
      const text = (name: string) => url.searchParams.get(name) ?? ''
      const code = randomBytes(16).toString('hex')
      codes.set(code, { sub, challenge: text('code_challenge'), nonce: text('nonce'), redirect: text('redirect_uri') })
      const location = `${text('redirect_uri')}?${new URLSearchParams({ code, state: text('state') })}`
      return void response.writeHead(302, { location }).end()
    }
    const form = await formOf(request)
    const known = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isClient = request.headers.authorization === `Basic ${Buffer.from(`iap-at-honest:${SECRET}`).toString('base64')}`
    if (known === undefined || !isClient || challenge !== known.challenge || form.get('redirect_uri') !== known.redirect)
      return json(response, { error: 'invalid_grant' }, 400)
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: issuer, aud: 'iap-at-honest', sub: known.sub, nonce: known.nonce, iat: now, exp: now + 300, groups: [] }
    const input = `${base64url(JSON.stringify({ alg: 'ES256', kid: '1' }))}.${base64url(JSON.stringify(claims))}`
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
    json(response, { access_token: 'x', token_type: 'Bearer', expires_in: 300, id_token: `${input}.${signature}` })
  })
}

/** The provider of `partner`. It begins a login of its own as `staff`, and sends its victim there with the challenge of that login and the state of the victim's. */
async function startMalicious(attacker: CookieClient, origin: () => string, stolen: { code: string | null; state: string }) {
  return await listen(async (request, response, issuer) => {
    const url = new URL(request.url ?? '/', issuer)
    if (url.pathname === '/jwks') return json(response, { keys: [] })
    if (url.pathname === '/authorize') {
      const begun = await attacker.send(`${origin()}/.iap/login?with=staff&return_to=/users/x`, { headers: NAVIGATION })
      const led = new URL(begun.location ?? '')
      stolen.state = led.searchParams.get('state') ?? ''
      led.searchParams.set('state', url.searchParams.get('state') ?? '')
      return void response.writeHead(302, { location: led.href }).end()
    }
    stolen.code = (await formOf(request)).get('code')
    json(response, { error: 'invalid_grant' }, 400)
  })
}

let pages: PagesStage
let started: StartedProxy
let honest: Endpoint
let malicious: Endpoint
const attacker = new CookieClient()
const stolen = { code: null as string | null, state: '' }

beforeAll(async () => {
  const policy = policyOfPages(
    'identity staff via oidc { sub: string, groups: set<string> }\nidentity partner via oidc { sub: string }',
    'gold',
  )
  honest = await startHonest()
  malicious = await startMalicious(attacker, () => started.origin, stolen)
  const opened = await openPages(policy.replace('to staff', 'to staff, partner'))
  pages = opened
  const identities = `{
    staff: { issuer: "${honest.issuer}", clientId: iap-at-honest, clientSecret: { env: IAP_TEST_SECRET } },
    partner: { issuer: "${malicious.issuer}", clientId: iap-at-malicious, clientSecret: { env: IAP_TEST_SECRET } } }`
  started = await opened.startWith({ identities, lives: 'stage' }, { ...process.env, IAP_TEST_SECRET: SECRET })
})

afterAll(async () => {
  await pages?.close()
  await honest?.close()
  await malicious?.close()
})

test('a code that the honest provider gave does not reach the malicious one', async () => {
  const victim = new CookieClient()
  victim.set('127.0.0.1', 'sso', 'boss')
  const seen = await victim.open(`${started.origin}/.iap/login?with=partner`)
  expect([seen.url.pathname, seen.status, seen.headers['x-iap-error']]).toEqual(['/.iap/callback/staff', 400, 'login-state'])
  expect(stolen).toEqual({ code: null, state: expect.stringMatching(/^[\w-]{43}$/) })
  // The login is over: the code is not shown to the honest provider either.
  expect(victim.names).toEqual(['sso'])
  // Even if the attacker learns the code, it is of another redirect URI than the victim's login.
  const query = new URLSearchParams({
    code: seen.url.searchParams.get('code') ?? '',
    state: seen.url.searchParams.get('state') ?? '',
  })
  const elsewhere = await victim.send(`${started.origin}/.iap/callback/partner?${query}`, { headers: NAVIGATION })
  expect([elsewhere.status, elsewhere.headers['x-iap-error']]).toEqual([400, 'login-state'])
})

test('each identity has a redirect URI of its own, and whoever is signed in at the honest provider signs in', async () => {
  const client = new CookieClient()
  client.set('127.0.0.1', 'sso', 'boss')
  const led = await client.send(`${started.origin}/.iap/login?with=staff&return_to=/users/x`, { headers: NAVIGATION })
  expect(new URL(led.location ?? '').searchParams.get('redirect_uri')).toBe(`${started.origin}/.iap/callback/staff`)
  const page = await client.open(led.location ?? '')
  expect([page.status, page.url.pathname]).toEqual([200, '/users/x'])
})

test.each(['/.iap/callback', '/.iap/callback/', '/.iap/callback/nobody', '/.iap/callback/staff/', '/.iap/saml/acs'])(
  '%s is no address of the proxy',
  async (path) => {
    const page = await new CookieClient().send(started.origin + path)
    expect([page.status, page.headers['x-iap-error']]).toEqual([404, 'page-not-found'])
  },
)

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse, issuer: string) => Promise<void>,
): Promise<Endpoint> {
  let issuer = ''
  const server = createServer((request, response) => {
    if (request.url !== '/.well-known/openid-configuration') return void answer(request, response, issuer)
    json(response, {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      id_token_signing_alg_values_supported: ['ES256'],
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function json(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) text += chunk
  return new URLSearchParams(text)
}
