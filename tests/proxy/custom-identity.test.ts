/** Identities `via custom`, over real connections: the module of the page, and one that does not come to an end. */
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, outcomeOf } from '../support/ask.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const page = readFileSync(new URL('../../docs/reference/identities/custom.md', import.meta.url), 'utf8')
const EXAMPLE = /^```js auth\.mjs\n([\s\S]*?)^```/m.exec(page)?.[1] ?? ''
const YAML = /^ {2}legacy:\n([\s\S]*?)^```/m.exec(page)?.[1] ?? ''

const POLICY = `
identity user via jwt { sub: string }
identity legacy via custom { sub: string }
service app at "app.test" {
  route open  ANY "/open"
  route users ANY "/users/{rest...}"
}
permit all on app.open to anyone
permit users_in on app.users to user, legacy
`

const SECRET = 'a secret of the older system'
let upstream: TestUpstream
let app: TestProxy

beforeEach(() => {
  process.env.LEGACY_SECRET = SECRET
})
afterEach(async () => {
  delete process.env.LEGACY_SECRET
  await app?.close()
  await upstream?.close()
})

async function start(plugin: string, yaml: string): Promise<void> {
  upstream = await startUpstream((request, response) => response.end(JSON.stringify(request.rawHeaders)))
  app = await startTestProxy([upstream.origin], {
    policy: POLICY,
    others: [`legacy:\n${yaml}`],
    files: { 'auth.mjs': plugin },
  })
}

function session(user: string, expires = Math.floor(Date.now() / 1000) + 1000): string {
  return `${user}.${expires}.${createHmac('sha256', SECRET).update(`${user}.${expires}`).digest('base64url')}`
}

/** The same with another first byte of its signature: an end put in its place would be right once in a thousand runs. */
function forged(session: string): string {
  return session.replace(/[\w-]+$/, (signature) => (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1))
}

const get = async (path: string, ...lines: readonly string[]) => await ask(app.port, `GET ${path}`, lines)

test('the plug-in of the page lets in whom it says, and its header does not go to the service', async () => {
  expect(EXAMPLE).not.toBe('')
  await start(EXAMPLE, YAML)
  const good = `X-Session: ${session('ann')}`
  for (let turn = 0; turn < 3; turn++) {
    const { status, body } = await get('/users/a', good, 'X-Other: kept', `_X-Session: ${session('ben')}`)
    expect([status, body.toLowerCase().includes('session'), body.includes('kept')]).toEqual([200, false, true])
  }
  const [record] = await app.audit(3)
  expect(record?.caller).toMatchObject({ identity: 'legacy', subject: 'ann' })
  expect(JSON.stringify(record)).not.toContain(session('ann').slice(-20))
  expect(outcomeOf(await get('/open'))).toEqual([200, null])
  expect(outcomeOf(await get('/users/a'))).toEqual([401, 'unauthenticated'])
  expect(outcomeOf(await get('/users/a', `Authorization: ${app.bearer()}`))).toEqual([200, null])
  expect(outcomeOf(await get('/users/a', good, `Authorization: ${app.bearer()}`))).toEqual([401, 'credential-ambiguous'])
  for (const [line, code] of [
    [`X-Session: ${forged(session('ann'))}`, 'plugin-refused'],
    [`X-Session: ${session('ann').replace('ann', 'ben')}`, 'plugin-refused'],
    ['X-Session: ann', 'plugin-refused'],
    [`X-Session: ${session('ann', 1000)}`, 'expired'],
    [`X_Session: ${session('ann')}`, 'credential-repeated'],
  ] as const)
    for (const path of ['/users/a', '/open']) expect(outcomeOf(await get(path, line))).toEqual([401, code])
})

test('a plug-in that does not come to an end is a 503 of those who asked it, and of nobody else', async () => {
  const plugin = `export default async ({ headers }) => {
    // As an endless loop, without the processor.
    if (headers['x-session'][0] === 'loop') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    return { claims: { sub: headers['x-session'][0] } }
  }`
  await start(plugin, '    plugin: ./auth.mjs\n    headers: [X-Session]\n    timeout: 2s\n')
  expect((await get('/users/a', 'X-Session: ann')).status).toBe(200)
  const looping = get('/users/a', 'X-Session: loop')
  // While the thread is blocked.
  for (let turn = 0; turn < 5; turn++) expect((await get('/open')).status).toBe(200)
  const refused = await looping
  expect(outcomeOf(refused)).toEqual([503, 'identity-plugin-unavailable'])
  expect(await app.record(refused.get('x-iap-request-id'))).toMatchObject({
    status: 503,
    effect: 'reject',
    route: 'app.users',
    detail: 'the plug-in of the identity does not respond: try again later; the log of the proxy says why',
  })
  await eventually(async () => ((await get('/users/a', 'X-Session: ann')).status === 200 ? true : undefined))
  expect(app.log.join('')).toContain('did not answer in time, and is restarted identity=legacy')
})
