/** The access token behind a session becomes one for the service, at a real provider with a grant of RFC 8693. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CookieClient, type Page } from '../support/cookie-client.ts'
import { WAIT } from '../support/until.ts'
import { WORKERS } from './open-pages.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
const TYPE = 'urn:ietf:params:oauth:token-type:access_token'
/** Seconds that an access token of the provider is good for. */
const ACCESS_TOKEN = 6

let stage: SignInStage
let started: StartedProxy
/** Whose token each exchange was about, and which. */
const exchanged: { readonly account: string; readonly subject: string; readonly token: string }[] = []
/** What the service got. */
let got: (string | undefined)[] = []
let refuses = false

beforeAll(async () => {
  stage = await openSignIn({
    accessToken: ACCESS_TOKEN,
    client: { grant_types: ['authorization_code', 'refresh_token', GRANT] },
    extend(provider) {
      // biome-ignore lint/suspicious/noExplicitAny: it has no types
      const exchange = async (ctx: any) => {
        const { params, client } = ctx.oidc
        const subject = await provider.AccessToken.find(params.subject_token)
        if (subject === undefined || params.subject_token_type !== TYPE || params.audience !== 'app' || refuses) {
          ctx.status = 400
          ctx.body = { error: 'invalid_request' }
          return
        }
        const { accountId, grantId } = subject
        const made = new provider.AccessToken({ accountId, grantId, client, scope: 'openid', gty: 'token_exchange' })
        const token = await made.save()
        exchanged.push({ account: accountId, subject: params.subject_token, token })
        ctx.body = { access_token: token, issued_token_type: TYPE, token_type: 'Bearer', expires_in: 3600 }
      }
      provider.registerGrantType(GRANT, exchange, ['subject_token', 'subject_token_type', 'requested_token_type', 'audience'])
    },
  })
  stage.serve = (request, response) => {
    got.push(request.headers.authorization)
    response.end(JSON.stringify({ cookie: request.headers.cookie }))
  }
})

afterAll(() => stage?.close())

async function signIn(client: CookieClient, account: string): Promise<Page> {
  return await client.submit(await client.open(`${started.origin}/users/x`), { account })
}

describe.each(WORKERS)('with %d workers', (workers) => {
  beforeAll(async () => {
    started = await stage.start({
      workers,
      lives: 'stage',
      service: `exchange: { issuer: "${stage.provider.issuer}", clientId: ${stage.provider.clientId}, clientSecret: { env: IAP_TEST_SECRET }, audience: app }`,
    })
  })
  beforeEach(() => {
    exchanged.length = 0
    got = []
  })

  test('each person has a token of their own, once', async () => {
    const [ann, ben] = [new CookieClient(), new CookieClient()]
    expect((await signIn(ann, 'ann')).status).toBe(200)
    expect((await signIn(ben, 'ben')).status).toBe(200)
    for (const client of [ann, ben]) for (let i = 0; i < 4; i++) await client.send(`${started.origin}/users/${i}`)
    const tokens = new Map(exchanged.map(({ account, token }) => [`Bearer ${token}`, account]))
    expect(got).toHaveLength(10)
    expect(got.map((line) => tokens.get(line ?? ''))).toEqual(['ann', 'ben', ...Array(4).fill('ann'), ...Array(4).fill('ben')])
    // Each worker asks for itself.
    expect(exchanged.length).toBeLessThanOrEqual(2 * workers)
    // What is sent is what was given for the service, and never the token that it was given for.
    for (const { subject } of exchanged) expect(got).not.toContain(`Bearer ${subject}`)
  })

  test('nobody has signed in: no token', async () => {
    expect((await new CookieClient().send(`${started.origin}/open/x`)).status).toBe(200)
    expect([got, exchanged]).toEqual([[undefined], []])
  })

  test('a session that is refreshed: another token, for the one that it has now', async () => {
    const client = new CookieClient()
    await signIn(client, 'ann')
    const first = exchanged[0]?.subject
    await expect
      .poll(
        async () => {
          expect((await client.send(`${started.origin}/users/y`)).status).toBe(200)
          return exchanged.at(-1)?.subject
        },
        { ...WAIT, interval: 500 },
      )
      .not.toBe(first)
    expect(got.at(-1)).toBe(`Bearer ${exchanged.at(-1)?.token}`)
  })

  test('signed out: neither the session nor its token counts any more', async () => {
    const client = new CookieClient()
    await signIn(client, 'ann')
    const cookie = client.cookiesFor(started.origin)
    await client.submit(await client.open(`${started.origin}/.iap/logout`))
    const [sent, asked] = [got.length, exchanged.length]
    const again = new CookieClient()
    for (let i = 0; i < 4; i++) {
      const answer = await again.send(`${started.origin}/users/x`, { headers: { cookie } })
      expect([answer.status, answer.headers['x-iap-error']]).toEqual([401, 'session'])
    }
    expect([got.length, exchanged.length]).toEqual([sent, asked])
  })

  test('the provider says no: 502, and the token of the session goes nowhere', async () => {
    refuses = true
    const page = await signIn(new CookieClient(), 'ann')
    expect([page.status, page.headers['x-iap-error'], got]).toEqual([502, 'exchange-refused', []])
    refuses = false
  })
})
