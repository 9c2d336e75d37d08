/** The provider is stopped, and comes back; and it is asked once where many want the same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CookieClient, NAVIGATION } from '../support/cookie-client.ts'
import { eventually } from '../support/until.ts'
import { WORKERS } from './open-pages.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

let stage: SignInStage

beforeAll(async () => {
  stage = await openSignIn({ accessToken: 4 })
})

afterAll(() => stage?.close())

async function signedIn(origin: string, account = 'ann'): Promise<CookieClient> {
  const client = new CookieClient()
  await client.submit(await client.open(`${origin}/users/x`), { account })
  return client
}

/** All that is waited for here comes after seconds. */
const slowly = <T>(look: () => Promise<T | undefined>) => eventually(look, undefined, 200)

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe.each(WORKERS)('with %d workers', (workers) => {
  let started: StartedProxy
  let origin: string
  beforeAll(async () => {
    started = await stage.start({ workers, identity: 'staleSession: 12s', lives: 'stage' })
    origin = started.origin
  })

  test('fifty requests at once on what is to be refreshed: the provider is asked once', async () => {
    const client = await signedIn(origin)
    const asked = () => stage.provider.requests.get('/token') ?? 0
    // For longer than its token lasts.
    await pause(4500)
    const before = asked()
    const pages = await Promise.all(Array.from({ length: 50 }, () => client.send(`${origin}/users/x`)))
    expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200))
    expect(asked() - before).toBe(1)
  })

  test('what the provider says then counts: a group that is taken away', async () => {
    stage.provider.accounts.set('ada', { groups: ['admins'] })
    const client = await signedIn(origin, 'ada')
    expect((await client.send(`${origin}/admin/x`)).status).toBe(200)
    stage.provider.accounts.set('ada', { groups: [] })
    await slowly(async () => ((await client.send(`${origin}/admin/x`)).status === 403 ? true : undefined))
    expect((await client.send(`${origin}/users/x`)).status).toBe(200)
  })

  test('a provider that refuses to refresh: the session is over, in every worker', async () => {
    const client = await signedIn(origin)
    stage.provider.before = (request, response) => {
      if (request.url !== '/token') return false
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: 'invalid_grant' }))
      return true
    }
    await slowly(async () => ((await client.send(`${origin}/users/x`)).status === 401 ? true : undefined))
    stage.provider.before = null
    const handle = client.cookie('iap-session')
    expect(handle).toBeUndefined()
  })

  test('new logins get a page, and who has signed in goes on', async () => {
    const client = await signedIn(origin)
    await stage.provider.down()
    try {
      const fresh = new CookieClient()
      const page = await slowly(async () => {
        const answer = await fresh.send(`${origin}/users/x`, { headers: NAVIGATION })
        return answer.status === 503 ? answer : undefined
      })
      expect(page.headers['x-iap-error']).toBe('login-unavailable')
      expect(page.body).toContain('Signing in is not possible')
      await pause(5000)
      // To be refreshed by now.
      const answer = await client.send(`${origin}/users/x`)
      expect(answer.status).toBe(200)
      await slowly(async () =>
        /"available": false/.test((await started.proxy.admin('/readyz?verbose')).body) ? true : undefined,
      )
      // No longer than it is stated.
      const late = await slowly(async () => {
        const one = await client.send(`${origin}/users/x`)
        return one.status === 503 ? one : undefined
      })
      expect(late.headers['x-iap-error']).toBe('identity-provider-unavailable')
    } finally {
      await stage.provider.up()
    }
    // The session as well as logins.
    await slowly(async () => ((await client.send(`${origin}/users/x`)).status === 200 ? true : undefined))
    await slowly(async () =>
      (await new CookieClient().send(`${origin}/users/x`, { headers: NAVIGATION })).status === 302 ? true : undefined,
    )
    await slowly(async () => (/"available": true/.test((await started.proxy.admin('/readyz?verbose')).body) ? true : undefined))
  })
})

test('a provider that answers nothing: nothing hangs', async () => {
  const { origin } = await stage.start()
  stage.provider.before = () => true
  try {
    const page = await new CookieClient().send(`${origin}/users/x`, { headers: NAVIGATION })
    expect([page.status, page.headers['x-iap-error']]).toEqual([503, 'login-unavailable'])
  } finally {
    stage.provider.before = null
  }
})
