/** Security events over the wire (RFC 8935): what a sender is told, and what ends by them. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { adminFiles, adminYaml, callAdmin } from '../support/admin.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { compactJws, startTestIssuer, TEST_AUDIENCE, type TestIssuer, type TestKey } from '../support/test-issuer.ts'
import { eventually } from '../support/until.ts'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const AUDIENCE = 'https://shop.example/events'
const TOKEN = 'what the sender shows, 32 characters'.replaceAll(' ', '_')

let upstream: TestUpstream
let issuer: TestIssuer
let app: TestProxy
let subjects = 0
let sub: string

beforeAll(async () => {
  issuer = await startTestIssuer()
  upstream = await startUpstream((request, response) => {
    if (!request.url?.includes('stream')) return void response.end('fine')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: begun\n\n')
  })
  const own = `issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256]`
  app = await startTestProxy([upstream.origin], {
    adminMore: adminYaml,
    identities: `{ user: { ${own}, events: { audience: "${AUDIENCE}", token: { file: ./token } } } }`,
    files: { ...adminFiles, token: TOKEN },
  })
})
afterAll(async () => {
  await app?.close()
  await issuer?.close()
  await upstream?.close()
})
beforeEach(() => {
  sub = `user${++subjects}`
})

function mint(claims: object = {}): string {
  const key = issuer.keys[0] as TestKey
  const iat = Math.floor(Date.now() / 1000)
  const usual = { iss: issuer.issuer, aud: AUDIENCE, jti: `jti ${sub}`, iat, events: { [`${CAEP}session-revoked`]: {} } }
  const subject = { format: 'iss_sub', iss: issuer.issuer, sub }
  const header = { alg: key.alg, typ: 'secevent+jwt', kid: key.kid }
  return compactJws(JSON.stringify(header), JSON.stringify({ ...usual, sub_id: subject, ...claims }), key)
}

function send(
  path: string,
  headers: Readonly<Record<string, string>>,
  { method = 'GET', body = '' } = {},
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      { host: '127.0.0.1', port: app.port, path, method, headers: { host: 'app.test', ...headers }, agent: false },
      (answer) => {
        let text = ''
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text, headers: answer.headers }))
      },
    )
    asked.on('error', reject).end(body)
  })
}

const bearer = () => ({ authorization: `Bearer ${issuer.mint({ sub, groups: [] })}` })
const event = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  send(
    '/.iap/events/user',
    { 'content-type': 'application/secevent+jwt', authorization: `Bearer ${TOKEN}`, ...headers },
    { method: 'POST', body },
  )

test('an event ends what its subject has, and what is open: 202', async () => {
  const headers = bearer()
  expect((await send('/users/a', headers)).status).toBe(200)
  const asked = httpRequest({
    ...{ host: '127.0.0.1', port: app.port, path: '/users/stream', agent: false },
    headers: { host: 'app.test', ...headers },
  }).on('error', () => {})
  asked.end()
  const [answer] = await once(asked, 'response')
  answer.on('error', () => {}).resume()
  const over = new Promise((resolve) => answer.on('close', resolve))
  const taken = await event(mint())
  expect([taken.status, taken.body]).toEqual([202, ''])
  await over
  const refused = await send('/users/a', headers)
  expect([refused.status, refused.headers['x-iap-error']]).toEqual([401, 'revoked'])
  const { body } = await callAdmin(app.admin, 'GET', '/v1/revocations')
  expect(body.revocations[0]).toMatchObject({
    subject: { identity: 'user', sub },
    by: 'events of user',
    reason: 'session-revoked',
  })
  const record = await eventually(() => {
    const lines = readFileSync(`${app.folder}/audit.jsonl`, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line)).find(({ revocation }) => revocation?.id === body.revocations[0].id)
  })
  expect(record).toMatchObject({ kind: 'action', action: 'revoke', by: 'events of user', source: '127.0.0.1', ended: null })
})

test('one that comes again is taken, and does nothing: what was taken back stays so', async () => {
  const text = mint()
  expect((await event(text)).status).toBe(202)
  const { body } = await callAdmin(app.admin, 'GET', '/v1/revocations')
  await callAdmin(app.admin, 'DELETE', `/v1/revocations/${body.revocations[0].id}`)
  expect((await event(text)).status).toBe(202)
  expect((await send('/users/a', bearer())).status).toBe(200)
  // Another one does.
  expect((await event(mint({ jti: 'another' }))).status).toBe(202)
  await eventually(async () =>
    (await send('/users/a', { authorization: `Bearer ${issuer.mint({ sub, groups: [], iat: 1 })}` })).status === 401
      ? true
      : undefined,
  )
})

test('an event that nobody knows is taken, and ends nothing', async () => {
  expect((await event(mint({ events: { 'https://evil.example/e': {} } }))).status).toBe(202)
  expect((await send('/users/a', bearer())).status).toBe(200)
})

describe('what a sender is told', () => {
  test.each<readonly [string, () => [string, Record<string, string>?], string]>([
    ['without the token', () => [mint(), { authorization: '' }], 'authentication_failed'],
    ['another token', () => [mint(), { authorization: `Bearer ${TOKEN}x` }], 'authentication_failed'],
    ['the event in place of the token', () => [mint(), { authorization: `Bearer ${mint()}` }], 'authentication_failed'],
    ['another type', () => [mint(), { 'content-type': 'application/jwt' }], 'invalid_request'],
    [
      'a form, as of a logout token',
      () => [`logout_token=${mint()}`, { 'content-type': 'application/x-www-form-urlencoded' }],
      'invalid_request',
    ],
    ['an access token', () => [issuer.mint({ sub })], 'invalid_request'],
    ['too long', () => ['x'.repeat(16_385)], 'invalid_request'],
    ['another audience', () => [mint({ aud: 'x' })], 'invalid_audience'],
    ['another issuer', () => [mint({ iss: 'https://evil.example' })], 'invalid_issuer'],
    ['a broken signature', () => [`${mint().slice(0, -2)}`], 'invalid_key'],
  ])('%s: 400, as RFC 8935 has it', async (_, made, err) => {
    const answer = await event(...made())
    expect(answer.status).toBe(400)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-language': 'en',
      'cache-control': 'no-store',
    })
    expect(JSON.parse(answer.body)).toEqual({ err, description: expect.any(String) })
    expect((await send('/users/a', bearer())).status).toBe(200)
  })

  test('GET is 405; another identity, and another spelling, is a path like any other', async () => {
    const get = await send('/.iap/events/user', {})
    expect([get.status, get.headers.allow]).toEqual([405, 'POST'])
    for (const path of [
      '/.iap/events/nobody',
      '/.iap/events/',
      '/.iap/events/user/',
      '/.iap/events/%75ser',
      '/.iap/events/toString',
    ])
      expect((await send(path, { 'content-type': 'application/secevent+jwt' }, { method: 'POST', body: mint() })).status).toBe(
        403,
      )
  })
})

test('an event is no access token', async () => {
  const answer = await send('/users/a', {
    authorization: `Bearer ${mint({ aud: [AUDIENCE, TEST_AUDIENCE], exp: 9_999_999_999, sub })}`,
  })
  expect([answer.status, answer.headers['x-iap-error']]).toEqual([401, 'token-type'])
})
