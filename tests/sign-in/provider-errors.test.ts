/** What a provider answers to one login is a matter of that login; what only an operator can mend is told to the operator. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
import { eventually } from '../support/until.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

let stage: SignInStage
let started: StartedProxy

beforeAll(async () => {
  stage = await openSignIn({ accessToken: 2 })
  started = await stage.start({ lives: 'stage' })
})

afterEach(() => {
  stage.provider.before = null
})

afterAll(() => stage?.close())

const refusal = ({ status, headers }: Page) => [status, headers['x-iap-error']]

type Answer = (request: IncomingMessage, response: ServerResponse) => void

function answerAt(path: string, answer: Answer): void {
  stage.provider.before = (request, response) => {
    if (request.url !== path) return false
    answer(request, response)
    return true
  }
}

const json =
  (status: number, body: object, headers = {}): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

/** One browser brings a code that is none. */
async function bringCode(origin = started.origin): Promise<Page> {
  const client = new CookieClient()
  const led = await client.send(`${origin}/users/x`, { headers: NAVIGATION })
  const state = new URL(led.location ?? '').searchParams.get('state') ?? ''
  const query = new URLSearchParams({ state, code: '<script>alert(1)</script>', iss: stage.provider.issuer })
  return await client.send(`${origin}/.iap/callback/staff?${query}`, { headers: NAVIGATION })
}

describe('what the token endpoint answers to one browser', () => {
  test.each<[string, Answer, number, string]>([
    [
      '403 and a page',
      (_, response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>Blocked</h1>'),
      403,
      'login-refused',
    ],
    ['404', (_, response) => response.writeHead(404).end(), 403, 'login-refused'],
    ['an error that nobody knows', json(400, { error: 'blocked' }), 403, 'login-refused'],
    ['too many requests', json(429, { error: 'slow_down' }), 503, 'login-unavailable'],
    ['500', (_, response) => response.writeHead(500).end(), 503, 'login-unavailable'],
    [
      '200 and a page',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
      503,
      'login-unavailable',
    ],
  ])('%s: that login fails, and everybody else signs in', async (_, answer, status, code) => {
    answerAt('/token', answer)
    expect(refusal(await bringCode())).toEqual([status, code])
    const other = await new CookieClient().send(`${started.origin}/users/x`, { headers: NAVIGATION })
    expect(other.status).toBe(302)
    expect((await started.proxy.admin('/readyz?verbose')).body).toContain('"available": true')
  })
})

describe('a provider that does not accept the proxy as its client', () => {
  test('a wrong secret: a page says so, the log and the record say what to check, and it works once the secret is right', async () => {
    const { issuer, clientId } = stage.provider
    const identities = `{ staff: { issuer: "${issuer}", clientId: ${clientId}, clientSecret: { env: IAP_WRONG_SECRET }, scopes: [profile] } }`
    process.env.IAP_WRONG_SECRET = 'not-the-secret-of-the-client'
    const wrong = await stage.start({ identities })
    const client = new CookieClient()
    const page = await client.submit(await client.open(`${wrong.origin}/users/x`), { account: 'ann' })
    expect(refusal(page)).toEqual([500, 'login-misconfigured'])
    expect(page.body).toContain('Sign-in is misconfigured')
    await wrong.proxy.line(/sign-in is misconfigured: the provider does not accept the proxy as its client/)
    expect(wrong.proxy.said()).toMatch(/answers 40[01] \(`invalid_client`\) to the token request: check `clientId`/)
    expect(wrong.proxy.said()).not.toContain('not-the-secret-of-the-client')
    const record = await eventually(() => wrong.noted().find((one) => (one as { code?: string }).code === 'login-misconfigured'))
    expect(record).toMatchObject({ identity: 'staff', detail: expect.stringContaining('invalid_client') })
    expect((await wrong.proxy.admin('/readyz?verbose')).body).toContain('invalid_client')
    // Nobody is told that the provider is down.
    expect((await new CookieClient().send(`${wrong.origin}/users/x`, { headers: NAVIGATION })).status).toBe(302)
  })

  test.each<[string, Answer]>([
    ['with a challenge and a body', json(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="x"' })],
    ['with a challenge alone', (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()],
    [
      'as Keycloak does',
      json(401, { error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' }),
    ],
  ])('%s', async (_, answer) => {
    answerAt('/token', answer)
    expect(refusal(await bringCode())).toEqual([500, 'login-misconfigured'])
  })

  test('when a session is to be refreshed: it goes on for a while', async () => {
    const client = new CookieClient()
    await client.submit(await client.open(`${started.origin}/users/x`), { account: 'ann' })
    answerAt('/token', json(401, { error: 'invalid_client' }))
    const before = stage.provider.requests.get('/token') ?? 0
    await eventually(async () => {
      expect((await client.send(`${started.origin}/users/x`)).status).toBe(200)
      return (stage.provider.requests.get('/token') ?? 0) > before ? true : undefined
    })
    expect((await client.send(`${started.origin}/users/x`)).status).toBe(200)
  })
})

test('metadata that is not there: signing in is not possible, and nobody is refused', async () => {
  const { origin } = await stage.start()
  answerAt('/.well-known/openid-configuration', (_, response) => response.writeHead(404).end())
  for (let i = 0; i < 2; i++) {
    const page = await new CookieClient().send(`${origin}/users/x`, { headers: NAVIGATION })
    expect(refusal(page)).toEqual([503, 'login-unavailable'])
  }
})

test('a provider that hangs keeps one request waiting, and not each', async () => {
  const { origin } = await stage.start()
  const ask = () => new CookieClient().send(`${origin}/users/x`, { headers: NAVIGATION })
  let asked = 0
  stage.provider.before = () => {
    asked++
    return true
  }
  expect(refusal(await ask())).toEqual([503, 'login-unavailable'])
  const before = asked
  for (let i = 0; i < 20; i++) expect(refusal(await ask())).toEqual([503, 'login-unavailable'])
  // It is asked again now and then, and not for each.
  expect(asked - before).toBeLessThan(10)
  stage.provider.before = null
  await eventually(async () => ((await ask()).status === 302 ? true : undefined))
})
