/** The example does what its page says: the desk signs in. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inside } from '../cli/inside.ts'
import { CookieClient } from '../support/cookie-client.ts'
import { CLIENT_SECRET } from '../support/login-provider.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'
import { openSignIn, type SignInStage } from './start-sign-in.ts'

let stage: SignInStage

beforeAll(async () => {
  stage = await openSignIn()
})

afterAll(() => stage?.close())

test('examples/helpdesk/iap.yaml', async () => {
  const { folder } = stage.stage
  const at = (name: string) => join(folder, name)
  const { cert, key } = testAuthority().server(['tickets.desk.example'])
  writeFileSync(at('cert.pem'), cert)
  writeFileSync(at('key.pem'), key, { mode: 0o600 })
  const made = [
    await inside(['keygen', '-o', at('release.private.jwk.json'), '--public', at('release.public.jwk.json')]),
    await inside(['build', 'examples/helpdesk/policies', '-o', at('helpdesk.iapb'), '--sign', at('release.private.jwk.json')]),
  ]
  expect(made.map(({ code }) => code)).toEqual([0, 0])
  // This machine in place of the deployment.
  const text = readFileSync('examples/helpdesk/iap.yaml', 'utf8')
    .replace('0.0.0.0:8443', '127.0.0.1:0')
    .replaceAll('./tls/', './')
    .replace('https://id.desk.example', stage.provider.issuer)
    .replace('http://127.0.0.1:7001', stage.upstream.origin)
    .replaceAll('./var', './state-of-the-example')
  writeFileSync(at('iap.yaml'), `${text}\nadmin: { address: "127.0.0.1:0" }\nworkers: 2\n`)
  const proxy = stage.stage.start({ spawn: { env: { ...process.env, IAP_STAFF_SECRET: CLIENT_SECRET } } })
  const [port = 0] = await proxy.ready()
  const origin = `https://tickets.desk.example:${port}`
  stage.register(origin)
  stage.provider.accounts.set('ann', { groups: ['agents'] })

  const client = new CookieClient()
  const page = await client.submit(await client.open(`${origin}/tickets?status=open`), { account: 'ann' })
  expect([page.status, page.url.href]).toEqual([200, `${origin}/tickets?status=open`])
  expect(client.names).toContain('__Host-iap-session')
  expect(stage.last()?.headers.cookie).toBeUndefined()
  expect(stage.last()?.headers['x-iap-assertion']).toBeDefined()
  const pat = new CookieClient()
  expect((await pat.submit(await pat.open(`${origin}/tickets`), { account: 'pat' })).status).toBe(403)
  await eventually(() =>
    readFileSync(at('state-of-the-example/audit.jsonl'), 'utf8').includes('"subject":"pat"') ? true : undefined,
  )
})
