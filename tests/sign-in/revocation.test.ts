/** Sessions that are revoked: by their id, by whose they are, by a security event of the provider. Two workers. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_TOKEN, adminYaml, callAdmin, revoke } from '../support/admin.ts'
import { CookieClient } from '../support/cookie-client.ts'
import { eventually } from '../support/until.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

let stage: SignInStage
let started: StartedProxy & { readonly admin: string }

beforeAll(async () => {
  stage = await openSignIn()
  writeFileSync(join(stage.stage.folder, 'admin-token'), ADMIN_TOKEN, { mode: 0o600 })
  const proxy = await stage.start({ workers: 2, admin: adminYaml, lives: 'stage' })
  const [, admin = ''] = await proxy.proxy.line(/health and metrics on (http\S+?)(?:"|$|\s)/m)
  started = { ...proxy, admin }
})

afterAll(() => stage?.close())

async function signIn({ origin }: StartedProxy, client = new CookieClient()): Promise<CookieClient> {
  expect((await client.submit(await client.open(`${origin}/users/x`), { account: 'ann' })).status).toBe(200)
  return client
}

/** As a script that sends no cookie of a login: each time over a connection of its own. */
const statuses = async ({ origin }: StartedProxy, client: CookieClient) => {
  const all: (string | number)[] = []
  for (let i = 0; i < 4; i++) {
    const headers = { cookie: client.cookiesFor(origin), accept: 'application/json' }
    all.push((await new CookieClient().send(`${origin}/users/x`, { headers })).status)
  }
  return [...new Set(all)]
}

test('by the id that the page shows and the record: that one ends, and another of the same person does not', async () => {
  const [one, other] = [await signIn(started), await signIn(started)]
  const page = await one.send(`${started.origin}/.iap/`)
  const id = /<dt>Session<\/dt><dd>([\w-]{22})<\/dd>/.exec(page.body)?.[1]
  const record = await eventually(() => started.audit().find(({ caller }) => caller?.credential === id))
  expect(record.caller).toMatchObject({ identity: 'staff', subject: 'ann' })
  // What is shown leads to no session.
  const handle = one.cookie('iap-session') ?? ''
  expect([handle.includes(id ?? '-'), page.body.includes(handle)]).toEqual([false, false])
  expect(await statuses(started, one)).toEqual([200])
  await revoke(started.admin, { session: id })
  expect(await statuses(started, one)).toEqual([401])
  expect(await statuses(started, other)).toEqual([200])
  expect((await one.send(`${started.origin}/.iap/`)).body).toContain('You are not signed in')
})

test('by whose it is: all end, and who signs in again is let in', async () => {
  const [one, other] = [await signIn(started), await signIn(started)]
  await revoke(started.admin, { subject: { identity: 'staff', sub: 'ann' }, reason: 'lost laptop' })
  expect([await statuses(started, one), await statuses(started, other)]).toEqual([[401], [401]])
  // At a browser: the dead cookie is taken away, and the way leads to the provider.
  const again = await signIn(started, new CookieClient())
  expect(await statuses(started, again)).toEqual([200])
  expect(await statuses(started, one)).toEqual([401])
  const { body } = await callAdmin(started.admin, 'GET', '/v1/revocations')
  expect(body.revocations).toHaveLength(2)
})
