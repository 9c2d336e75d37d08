/** `iap run --dev` says what a refused request lacked. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CookieClient } from '../support/cookie-client.ts'
import { poll } from '../support/until.ts'
import { type Dev, startDev } from './start-dev.ts'

const policy = `
identity staff via jwt { sub: string, groups: set<string> }
data admitted: set<string>
service app at "app.localhost" {
  route list GET "/list"
  route one GET "/one/{id: int}"
  route fresh GET "/fresh"
}
permit lists on app.list to staff when caller.sub in admitted
permit small on app.one to staff when params.id < 5
forbid third on app.one to staff when params.id == 3 because "Not this one."
permit fresh on app.fresh to staff require mfa
`
const callers = { ann: { identity: 'staff', claims: { groups: [] } } }

let dev: Dev
let token = ''
beforeAll(async () => {
  dev = await startDev({
    'policies/app.iap': policy,
    'callers.json': JSON.stringify(callers),
    'admitted.json': '["zoe"]',
    'iap.yaml': `
listeners: [{ address: 127.0.0.1:0 }]
services: { app: { upstreams: [http://127.0.0.1:1] } }
data: { admitted: { file: ./admitted.json } }
audit: [{ file: ./audit.jsonl }]
dev: { sources: ./policies, callers: ./callers.json, echo: true, issuer: 127.0.0.1:0 }
`,
  })
  token = (await (await fetch(`${dev.issuer}/token?caller=ann&as=text`)).text()).trim()
})
afterAll(() => dev?.close())

const get = async (path: string, headers: Record<string, string> = { authorization: `Bearer ${token}` }) =>
  (await new CookieClient().send(`${dev.origin}${path}`, { headers })).status

test.each<[string, number, string]>([
  [
    '/one/7',
    403,
    'staff:ann deny (no rule permits it) 0 ms\n  nearest permit: small: 1 clause of it is not true  policies/app.iap:10:8\n      ✗ when params.id < 5\n',
  ],
  [
    '/one/3',
    403,
    'staff:ann deny by third (Not this one.) 0 ms\n  nearest permit: small: it holds  policies/app.iap:10:8\n      and nothing is permitted while third holds\n',
  ],
  [
    '/fresh',
    401,
    'staff:ann challenge by fresh (insufficient-authentication) 0 ms\n  nearest permit: fresh: 1 clause of it is not true  policies/app.iap:12:8\n      ✗ require mfa\n',
  ],
  [
    '/list',
    403,
    'staff:ann deny (no rule permits it) 0 ms\n  nearest permit: lists: 1 clause of it is not true  policies/app.iap:9:8\n      ✗ when caller.sub in admitted\n',
  ],
  [
    '/one/seven',
    403,
    'anonymous deny (no route) 0 ms\n  no route at this host has this path; the nearest route:\n      app.one  GET, HEAD  app.localhost/one/{id: int}  policies/app.iap:6:17\n',
  ],
])('%s', async (path, status, lines) => {
  expect(await get(path)).toBe(status)
  await poll(() => dev.stdout().replace(/ \d+ ms$/gm, ' 0 ms')).toContain(`Z ${status} GET app.localhost${path} ${lines}`)
})

test('without a credential', async () => {
  expect(await get('/list', {})).toBe(401)
  await poll(dev.stdout).toMatch(
    /401 GET app\.localhost\/list anonymous unauthenticated \d+ ms\n {2}nearest permit: lists: it is to staff {2}policies/,
  )
})

test('data of now', async () => {
  dev.write('admitted.json', '["ann"]')
  await poll(() => get('/list')).toBe(200)
  dev.write('admitted.json', '["joe"]')
  await poll(() => get('/list')).toBe(403)
  await poll(dev.stdout).toMatch(
    /ms\n {2}nearest permit: lists: .*\n {6}✗ when caller\.sub in admitted\n(?![\s\S]*staff:ann permit)/,
  )
})
