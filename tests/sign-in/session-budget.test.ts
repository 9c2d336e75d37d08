/** Class "one fills what others need": an account that signs in again and again ends its own sessions alone, and a store that is full refuses who comes, and signs nobody out. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newSecret } from '../../runtime/identity/sessions/index.ts'
import { ADMIN_TOKEN, adminYaml, revoke } from '../support/admin.ts'
import { CookieClient } from '../support/cookie-client.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

let stage: SignInStage
let redis: TestRedis

beforeAll(async () => {
  stage = await openSignIn()
  writeFileSync(join(stage.stage.folder, 'admin-token'), ADMIN_TOKEN, { mode: 0o600 })
  process.env.IAP_TEST_SESSION_KEY = newSecret()
  if (hasRedis()) redis = await startRedis()
})

afterAll(async () => {
  await stage?.close()
  await redis?.close()
})

async function signIn({ origin }: StartedProxy, account: string, client = new CookieClient()) {
  const page = await client.submit(await client.open(`${origin}/users/x`), { account })
  return { client, page }
}

/** As a script that sends no cookie of a login: each time over a connection of its own, so that every worker is asked. */
async function statuses({ origin }: StartedProxy, client: CookieClient): Promise<readonly number[]> {
  const headers = { cookie: client.cookiesFor(origin), accept: 'application/json' }
  const all: number[] = []
  for (let i = 0; i < 4; i++) all.push((await new CookieClient().send(`${origin}/users/x`, { headers })).status)
  return [...new Set(all)]
}

describe.each(['memory', 'redis'])('in %s', (kind) => {
  test.skipIf(kind === 'redis' && !hasRedis())(
    'a subject has so many sessions: the oldest of its own ends in all workers',
    async () => {
      const store = kind === 'redis' ? `store: "${redis.url}", keys: [{ env: IAP_TEST_SESSION_KEY }]` : 'store: memory'
      const started = await stage.start({ workers: 2, sessions: `{ ${store}, perSubject: 2 }` })
      const ann = await signIn(started, 'ann')
      const [first, second] = [await signIn(started, 'bob'), await signIn(started, 'bob')]
      for (const { client } of [ann, first, second]) expect(await statuses(started, client)).toEqual([200])
      const last = await signIn(started, 'bob')
      expect(last.page.status).toBe(200)
      await until(async () => (await statuses(started, first.client)).join() === '401')
      for (const { client } of [ann, second, last]) expect(await statuses(started, client)).toEqual([200])
    },
  )
})

test.skipIf(!hasRedis())(
  'a Redis with hardly any memory left: a page says so, who has signed in goes on, and an operator can revoke',
  async () => {
    const admin = createClient({ url: redis.url })
    await admin.connect()
    const started = await stage.start({
      sessions: `{ store: "${redis.url}", keys: [{ env: IAP_TEST_SESSION_KEY }] }`,
      admin: adminYaml,
    })
    const [, address = ''] = await started.proxy.line(/health and metrics on (http\S+?)(?:"|$|\s)/m)
    const { client } = await signIn(started, 'ann')
    const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1])
    await admin.configSet({ maxmemory: String(Math.round(used / 0.92)), 'maxmemory-policy': 'noeviction' })
    const { page, client: eve } = await signIn(started, 'eve')
    expect([page.status, page.headers['x-iap-error']]).toEqual([503, 'sessions-full'])
    expect(page.body).toContain('Too many people are signed in')
    expect(eve.cookie('iap-session')).toBeUndefined()
    expect(await statuses(started, client)).toEqual([200])
    await started.proxy.line(/the session store is full: new sign-ins are refused/)
    expect(started.noted()).toContainEqual(
      expect.objectContaining({ action: 'login', outcome: 'failure', code: 'sessions-full' }),
    )
    await revoke(address, { subject: { identity: 'staff', sub: 'mallory' } })
    await admin.configSet('maxmemory', '0')
    expect((await signIn(started, 'eve')).page.status).toBe(200)
    admin.destroy()
  },
)

test.skipIf(!hasRedis())(
  'a Redis user with the commands that docs/reference/sessions.md names, without INFO: people sign in, are revoked and sign out',
  async () => {
    const own = await startRedis()
    const admin = createClient({ url: own.url })
    try {
      await admin.connect()
      const page = readFileSync(new URL('../../docs/reference/sessions.md', import.meta.url), 'utf8')
      const [, rules = ''] = /^ACL SETUSER iap (.*)$/m.exec(page) ?? []
      await admin.aclSetUser(
        'iap',
        rules.split(' ').filter((rule) => rule !== '+info'),
      )
      const started = await stage.start({
        sessions: `{ store: "${own.url.replace('//', '//iap:PASSWORD@')}", keys: [{ env: IAP_TEST_SESSION_KEY }], perSubject: 1 }`,
        admin: adminYaml,
      })
      await started.proxy.line(/the Redis of sessions refuses INFO/)
      const [, address = ''] = await started.proxy.line(/health and metrics on (http\S+?)(?:"|$|\s)/m)
      const first = await signIn(started, 'ann')
      expect([first.page.status, first.page.headers['x-iap-error']]).toEqual([200, undefined])
      const { client } = await signIn(started, 'ann')
      await until(async () => (await statuses(started, first.client)).join() === '401')
      expect(await statuses(started, client)).toEqual([200])
      await revoke(address, { subject: { identity: 'staff', sub: 'ann' } })
      await until(async () => (await statuses(started, client)).join() === '401')
      const bob = await signIn(started, 'bob')
      const out = await bob.client.submit(await bob.client.open(`${started.origin}/.iap/logout`))
      expect(out.status).toBe(200)
      // What else was denied is missing in the list. The library does without `CLIENT SETINFO` (Redis 7.2).
      const denied = (await admin.aclLog()).map(({ object }) => object).filter((object) => !object.startsWith('client'))
      expect([...new Set(denied)]).toEqual(['info'])
    } finally {
      admin.destroy()
      await own.close()
    }
  },
)
