import { deepEqual, equal, match } from 'node:assert/strict'
import { chromium } from 'playwright-core'
import { chromiumFlags, chromiumPath, hasChromium } from '../../support/chromium.ts'
import { CookieClient, NAVIGATION } from '../../support/cookie-client.ts'
import type { Stand } from '../stand.ts'
import type { FrontCase } from './front-case.ts'

/** Signs in, and returns the client with its cookies. */
async function signedIn({ origin, provider }: Stand, account: string, path = '/account/home'): Promise<CookieClient> {
  provider.login = {}
  // Browsers treat names below `localhost` as secure.
  const person = new CookieClient(undefined, true)
  const page = await person.submit(await person.open(`${origin}${path}`), { account })
  deepEqual([page.status, page.body, page.url.href], [200, 'service', `${origin}${path}`])
  return person
}

/** What a session goes through. */
export const signInCases: readonly FrontCase[] = [
  {
    name: 'signing in leads to the provider and back to the page',
    async run(stand) {
      const person = new CookieClient(undefined, true)
      const first = await person.send(`${stand.origin}/account/1?x=1`, { headers: NAVIGATION })
      deepEqual([first.status, new URL(first.location ?? '').origin], [302, stand.provider.issuer])
      await signedIn(stand, 'ann', '/account/1?x=1')
    },
  },
  {
    name: 'the cookie of a session does not reach the service, others do',
    async run(stand) {
      const person = await signedIn(stand, 'bob')
      const address = `${stand.origin}/account/2`
      stand.takeSeen()
      const cookie = `${person.cookiesFor(address)}; b=2`
      const page = await person.send(address, { headers: { cookie } })
      const [request] = stand.takeSeen()
      deepEqual([page.status, request?.headers.cookie], [200, 'b=2'])
      equal((await stand.verifier.verifyRequest(request ?? { rawHeaders: [] })).subject, 'bob')
      const open = await person.send(`${stand.origin}/open/a`)
      deepEqual([open.status, stand.takeSeen()[0]?.headers.cookie], [200, undefined])
    },
  },
  {
    name: 'a program without a session is not led anywhere',
    async run({ ask }) {
      const { answer } = await ask('GET /account/1', ['Accept: application/json'])
      deepEqual([answer.status, answer.headers.get('location')], [401, undefined])
    },
  },
  {
    name: 'a stronger sign-in',
    async run(stand) {
      const person = await signedIn(stand, 'cleo')
      const led = await person.send(`${stand.origin}/payout`, { headers: NAVIGATION })
      equal(new URL(led.location ?? '').searchParams.get('acr_values'), 'mfa')
      stand.provider.login = { amr: ['pwd', 'mfa'], acr: 'mfa' }
      const page = await person.submit(await person.open(led.location ?? ''), { account: 'cleo' })
      deepEqual([page.status, page.url.pathname, page.body], [200, '/payout', 'service'])
      stand.provider.login = {}
    },
  },
  {
    name: 'signing out',
    async run(stand) {
      const person = await signedIn(stand, 'dan')
      const address = `${stand.origin}/account/3`
      const before = person.cookiesFor(address)
      const form = await person.open(`${stand.origin}/.iap/logout`)
      await person.submit(form)
      const after = await new CookieClient(undefined, true).send(address, { headers: { cookie: before } })
      equal(after.status, 401)
      deepEqual(
        stand.takeSeen().filter(({ url }) => url === '/account/3'),
        [],
      )
    },
  },
  {
    name: 'a revoked caller is refused with the next request',
    async run(stand) {
      const person = await signedIn(stand, 'eli')
      await stand.revoke({ subject: { identity: 'staff', sub: 'eli' }, reason: 'left' })
      stand.takeSeen()
      const page = await person.send(`${stand.origin}/account/4`)
      deepEqual([page.status, stand.takeSeen()], [401, []])
    },
  },
  {
    name: 'a form of another site with a session',
    async run(stand) {
      const person = await signedIn(stand, 'fay')
      const cookie = person.cookiesFor(`${stand.origin}/account/5`)
      stand.takeSeen()
      const headers = { cookie, origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }
      const page = await person.send(`${stand.origin}/account/5`, { method: 'POST', headers, form: { a: '1' } })
      deepEqual([page.status, page.headers['x-iap-error'], stand.takeSeen()], [403, 'cross-site', []])
    },
  },
  {
    name: 'a browser signs in, and is refused with a page',
    needs: 'chromium',
    async run(stand) {
      stand.provider.login = {}
      const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
      try {
        const page = await browser.newPage()
        await page.goto(`${stand.origin}/account/home`)
        await page.getByRole('textbox').fill('gus')
        await page.getByRole('button', { name: 'Sign in' }).click()
        await page.waitForURL(`${stand.origin}/account/home`)
        equal(await page.textContent('body'), 'service')
        const refusal = await page.goto(`${stand.origin}/admin/1`)
        equal(refusal?.status(), 403)
        match((await page.textContent('h1')) ?? '', /\w/)
      } finally {
        await browser.close()
      }
    },
  },
]

/** Why this machine cannot run a browser; undefined if it can. */
export const withoutChromium: string | undefined = hasChromium() ? undefined : 'this machine has no Chromium'
