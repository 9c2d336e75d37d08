/** The frame of the admin API: who may use it, from where, and what it says to others. Real sockets. */
import { readFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StartupError } from '../../runtime/index.ts'
import { routes } from '../../runtime/server/admin/admin-api.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { ADMIN_TOKEN, adminFiles, adminYaml, callAdmin, misfit, openapi } from '../support/admin.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'

let upstream: TestUpstream
let app: TestProxy

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  app = await startTestProxy([upstream.origin], { adminMore: `hosts: [Admin.Test], ${adminYaml}`, files: adminFiles })
})
afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

const SUBJECT = { subject: { identity: 'user', sub: 'nobody' } }
const PATH = '/v1/revocations'

/** What stands on the wire; the status, and of a problem its code. */
async function raw(lines: readonly string[], body = ''): Promise<[number, string | null]> {
  const client = new RawClient(Number(new URL(app.admin).port))
  client.send(`${lines.join('\n')}\n\n${body}`)
  const { status, body: text, headers } = await client.response()
  client.close()
  const isProblem = headers.some(([name, value]) => name.toLowerCase() === 'content-type' && value === 'application/problem+json')
  return [status, isProblem ? (JSON.parse(text) as { code: string }).code : null]
}

const good = `Authorization: Bearer ${ADMIN_TOKEN}`
const json = 'Content-Type: application/json'
const text = JSON.stringify(SUBJECT)
const post = (...lines: readonly string[]) =>
  raw([`POST ${PATH} HTTP/1.1`, `Content-Length: ${Buffer.byteLength(text)}`, ...lines], text)

describe('who may', () => {
  test('whoever has the token', async () => {
    expect(await post('Host: localhost', json, good)).toEqual([201, null])
    expect(await post('Host: localhost', json, good.replace('Bearer', 'bearer'))).toEqual([201, null])
  })

  const wrong = `${ADMIN_TOKEN.slice(0, -4)}AAA=`
  test.each<readonly [string, readonly string[], number, string | null]>([
    ['no credential', [], 401, 'unauthenticated'],
    ['another token', [`Authorization: Bearer ${wrong}`], 401, 'unauthenticated'],
    ['the beginning of the token', [`Authorization: Bearer ${ADMIN_TOKEN.slice(0, 20)}`], 401, 'unauthenticated'],
    ['the token and more', [`${good}x`], 401, 'unauthenticated'],
    ['the token by another scheme', [`Authorization: Basic ${ADMIN_TOKEN}`], 401, 'unauthenticated'],
    ['nothing behind the scheme', ['Authorization: Bearer'], 401, 'unauthenticated'],
    ['two tokens in one line', [`${good}, Bearer x`], 401, 'unauthenticated'],
    ['two lines, the first of them good', [good, 'Authorization: Bearer x'], 401, 'unauthenticated'],
    ['two lines, the second of them good', ['Authorization: Bearer x', good], 401, 'unauthenticated'],
    ['the token in a cookie', [`Cookie: token=${ADMIN_TOKEN}`], 401, 'unauthenticated'],
    ['a page of another origin', [good, 'Origin: https://evil.test'], 403, 'origin'],
    ['a page of its own origin', [good, `Origin: http://localhost`], 403, 'origin'],
    ['a page that has no origin', [good, 'Origin: null'], 403, 'origin'],
  ])('%s', async (_, lines, status, code) => {
    expect(await post('Host: localhost', json, ...lines)).toEqual([status, code])
  })

  test('the token in the query', async () => {
    const query = `?access_token=${ADMIN_TOKEN}`
    expect(await raw([`GET ${PATH}${query} HTTP/1.1`, 'Host: localhost'])).toEqual([401, 'unauthenticated'])
  })

  test('what is listed is for nobody else, and health, metrics and the document are', async () => {
    const status = async (path: string) => (await fetch(`${app.admin}${path}`)).status
    expect(await Promise.all([PATH, '/livez', '/readyz', '/metrics', '/v1/openapi.json'].map(status))).toEqual([
      401, 200, 200, 200, 200,
    ])
  })

  test('after many wrong tokens the answer is 429, and the right one counts', async () => {
    const answers: number[] = []
    for (let i = 0; i < 40; i++)
      answers.push((await callAdmin(app.admin, 'GET', PATH, undefined, { authorization: `Bearer wrong${i}` })).status)
    expect(new Set(answers)).toEqual(new Set([401, 429]))
    const limited = await callAdmin(app.admin, 'GET', PATH, undefined, { authorization: 'Bearer wrong' })
    expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect((await callAdmin(app.admin, 'GET', PATH)).status).toBe(200)
    expect(app.log.join('')).not.toContain(ADMIN_TOKEN)
    expect(app.log.join('')).not.toContain('wrong1')
  })
})

test.each([
  ['localhost', 201],
  ['LOCALHOST:1', 201],
  ['127.0.0.1', 201],
  ['[::1]', 201],
  ['admin.test', 201],
  ['ADMIN.test:99', 201],
  ['evil.test', 421],
  ['admin.test.evil.test', 421],
  ['127.0.0.1.evil.test', 421],
  ['10.0.0.1', 421],
  ['', 421],
])('Host: %s (DNS rebinding)', async (host, status) => {
  expect((await post(`Host: ${host}`, json, good))[0]).toBe(status)
})

test.each([
  ['PUT', PATH, 'GET, POST'],
  ['DELETE', PATH, 'GET, POST'],
  ['HEAD', PATH, 'GET, POST'],
  ['OPTIONS', PATH, 'GET, POST'],
  ['PATCH', `${PATH}/abc`, 'DELETE'],
  ['GET', `${PATH}/abc`, 'DELETE'],
  ['POST', '/v1/openapi.json', 'GET'],
  ['POST', '/livez', 'GET, HEAD'],
])('%s %s is 405, and says what goes', async (method, path, allow) => {
  const response = await fetch(`${app.admin}${path}`, { method, headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
  expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
})

test.each([
  '/v1/',
  '/v1/x',
  '/v1/revocations/',
  '/v1/revocations/a/b',
  '/v1/revocations/%61',
  '/v1/../metrics',
  '//v1/revocations',
])('%s is not there', async (path) => {
  expect((await raw([`GET ${path} HTTP/1.1`, 'Host: localhost', good]))[0]).toBe(404)
})

describe('the body', () => {
  const send = (body: string, headers: Readonly<Record<string, string>> = {}) => callAdmin(app.admin, 'POST', PATH, body, headers)

  test.each([
    ['a form', 'text/plain'],
    ['a form of a page', 'application/x-www-form-urlencoded'],
    ['another charset', 'application/json; charset=utf-16'],
    ['another JSON', 'application/merge-patch+json'],
  ])('%s: 415', async (_, type) => {
    const answer = await send(text, { 'content-type': type })
    expect([answer.status, answer.body.code]).toEqual([415, 'media-type'])
  })

  test('an encoding: 415', async () => {
    expect((await send(text, { 'content-encoding': 'gzip' })).status).toBe(415)
  })

  test('more than 64 KiB: 413', async () => {
    // So much that it does not come at once.
    expect((await send(JSON.stringify({ ...SUBJECT, reason: 'x'.repeat(1_000_000) }))).status).toBe(413)
    const answer = await send(JSON.stringify({ ...SUBJECT, reason: 'x'.repeat(65_536) }))
    expect([answer.status, answer.body.code]).toEqual([413, 'too-large'])
  })

  const now = Date.now()
  const at = (ms: number) => new Date(now + ms).toISOString()
  test.each<readonly [string, string]>([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a name twice', '{"identity":"user","identity":"user"}'],
    ['nothing to revoke', '{}'],
    ['two things to revoke', '{"identity":"user","session":"aaaaaaaaaaaaaaaaaaaaaa"}'],
    ['an unknown member', '{"identity":"user","all":true}'],
    ['a prototype', '{"__proto__":{},"identity":"user"}'],
    ['an unknown identity', '{"identity":"usr"}'],
    ['what every object has', '{"identity":"constructor"}'],
    ['an identity that is no text', '{"identity":["user"]}'],
    ['a subject without identity', '{"subject":{"sub":"a"}}'],
    ['a subject with more', '{"subject":{"identity":"user","sub":"a","iss":"b"}}'],
    ['a subject of an unknown identity', '{"subject":{"identity":"x","sub":"a"}}'],
    ['an empty subject', '{"subject":{"identity":"user","sub":""}}'],
    ['a long subject', JSON.stringify({ subject: { identity: 'user', sub: 'x'.repeat(1025) } })],
    ['a null subject', '{"subject":null}'],
    ['a handle as a session', `{"session":"${'a'.repeat(43)}"}`],
    ['a token as a credential', '{"credential":"eyJhbGciOiJFUzI1NiJ9.e30.c2ln"}'],
    ['a credential of a time', `{"credential":"${'a'.repeat(22)}","before":"${at(-1000)}"}`],
    ['a time ahead', JSON.stringify({ ...SUBJECT, before: at(60_000) })],
    ['a time that is a number', JSON.stringify({ ...SUBJECT, before: 1 })],
    ['a time without a zone', JSON.stringify({ ...SUBJECT, before: '2026-01-01T00:00:00' })],
    ['a day that is none', JSON.stringify({ ...SUBJECT, before: '2026-02-31T25:00:00Z' })],
    ['an end that has been', JSON.stringify({ ...SUBJECT, until: at(-1000) })],
    ['an end too far off', JSON.stringify({ ...SUBJECT, until: at(3661 * 86_400_000) })],
    ['an empty reason', JSON.stringify({ ...SUBJECT, reason: '' })],
    ['a long reason', JSON.stringify({ ...SUBJECT, reason: 'x'.repeat(501) })],
  ])('%s: 400', async (_, body) => {
    const answer = await send(body)
    expect([answer.status, answer.body.code]).toEqual([400, 'malformed'])
    expect(misfit('POST', PATH, answer)).toBeNull()
  })
})

describe('the OpenAPI document', () => {
  test('is served as it stands in the project', async () => {
    expect((await callAdmin(app.admin, 'GET', '/v1/openapi.json')).body).toEqual(
      JSON.parse(readFileSync('runtime/server/admin/openapi.json', 'utf8')),
    )
  })

  test('has each route and method, and no other', () => {
    const documented = Object.entries(openapi.paths).map(([path, methods]) => [path, Object.keys(methods).sort()])
    const served = routes.map(({ path, methods }) => [
      path,
      Object.keys(methods)
        .map((name) => name.toLowerCase())
        .sort(),
    ])
    expect(served).toEqual(documented)
  })

  test('says what answers are', async () => {
    const all: (readonly [string, string, Awaited<ReturnType<typeof callAdmin>>])[] = []
    const call = async (method: string, path: string, body?: unknown, headers?: Record<string, string>, as = path) => {
      const answer = await callAdmin(app.admin, method, path, body, headers)
      all.push([method, as, answer])
      return answer
    }
    const made = await call('POST', PATH, { ...SUBJECT, reason: 'lost laptop', before: '2026-01-01T00:00:00.5+01:00' })
    expect(made.headers.get('location')).toBe(`${PATH}/${made.body.id}`)
    expect(made.body).toMatchObject({ ...SUBJECT, reason: 'lost laptop', before: '2025-12-31T23:00:00.500Z', by: 'token 1' })
    await call('POST', PATH, { session: 'a'.repeat(22) })
    await call('POST', PATH, { credential: 'b'.repeat(43) })
    await call('POST', PATH, { identity: 'user', before: '2000-01-01T00:00:00Z' })
    await call('GET', PATH)
    await call('GET', PATH, undefined, { authorization: 'Basic x' })
    await call('POST', PATH, 'x', { 'content-type': 'text/plain' })
    await call('POST', PATH, SUBJECT, { origin: 'https://evil.test' })
    await call('DELETE', made.headers.get('location') ?? '', undefined, {}, `${PATH}/{id}`)
    await call('DELETE', made.headers.get('location') ?? '', undefined, {}, `${PATH}/{id}`)
    expect(all.map(([method, path, answer]) => [method, answer.status, misfit(method, path, answer)])).toEqual([
      ['POST', 201, null],
      ['POST', 201, null],
      ['POST', 201, null],
      ['POST', 201, null],
      ['GET', 200, null],
      ['GET', all[5]?.[2].status, null],
      ['POST', 415, null],
      ['POST', 403, null],
      ['DELETE', 204, null],
      ['DELETE', 404, null],
    ])
    for (const [, , { headers }] of all) expect(headers.get('cache-control')).toBe('no-store')
  })
})

test('each action is recorded and logged: who, what, when, and how much it has ended', async () => {
  const made = await callAdmin(app.admin, 'POST', PATH, { ...SUBJECT, reason: 'recorded' })
  await callAdmin(app.admin, 'DELETE', `${PATH}/${made.body.id}`)
  const records = await eventually(() => {
    const lines = readFileSync(`${app.folder}/audit.jsonl`, 'utf8').split('\n').slice(0, -1)
    const found = lines.map((line) => JSON.parse(line)).filter(({ revocation }) => revocation?.id === made.body.id)
    return found.length === 2 ? found : undefined
  })
  const schema = JSON.parse(readFileSync('runtime/telemetry/audit/action-record.schema.json', 'utf8'))
  const validate = formats.default(new Ajv({ strict: true, allowUnionTypes: true })).compile(schema)
  for (const record of records) expect(validate(record), JSON.stringify(validate.errors)).toBe(true)
  const what = { kind: 'subject', identity: 'user', subject: 'nobody' }
  expect(records).toMatchObject([
    { kind: 'action', action: 'revoke', by: 'token 1', source: '127.0.0.1', revocation: { what, reason: 'recorded' }, ended: 0 },
    { kind: 'action', action: 'restore', by: 'token 1', revocation: { what }, ended: null },
  ])
  expect(app.log.filter((line) => line.includes(made.body.id)).length).toBe(2)
})

test('without tokens or certificates there is no API', async () => {
  const closed = await startTestProxy([upstream.origin])
  try {
    for (const path of [PATH, `${PATH}/x`, '/v1/openapi.json']) {
      const { status, body } = await callAdmin(closed.admin, 'POST', path, SUBJECT)
      expect([status, body.code, body.detail]).toEqual([404, 'no-api', expect.stringContaining('`admin.tokens`')])
    }
    expect((await fetch(`${closed.admin}/livez`)).status).toBe(200)
  } finally {
    await closed.close()
  }
})

test.each([
  ['short', 'x'.repeat(42)],
  ['not random', 'abcdefgh'.repeat(8)],
  ['with spaces', 'a random token, but with spaces in it: 0123456789'],
])('a token that is %s: the proxy does not start', async (_, token) => {
  const starting = startTestProxy([upstream.origin], { adminMore: adminYaml, files: { 'admin-token': token } })
  await expect(starting).rejects.toThrow(/admin|token/)
  await expect(starting).rejects.toBeInstanceOf(StartupError)
})

describe('certificates', () => {
  const servers = testAuthority('servers')
  const operators = testAuthority('operators')
  const strangers = testAuthority('strangers')
  const own = servers.server(['admin.test', 'localhost'])
  const ops = operators.client('ops')

  let secured: TestProxy
  beforeAll(async () => {
    secured = await startTestProxy([upstream.origin], {
      adminMore: 'hosts: [admin.test], tls: { cert: a.pem, key: a.key, clientCa: ops.pem }',
      files: { 'a.pem': own.cert, 'a.key': own.key, 'ops.pem': operators.cert },
    })
  })
  afterAll(() => secured?.close())

  function send(method: string, path: string, pair: { cert?: string; key?: string }): Promise<[number, string] | 'refused'> {
    return new Promise((resolve) => {
      const { port } = new URL(secured.admin)
      const request = httpsRequest(
        { host: '127.0.0.1', port, method, path, ca: servers.cert, servername: 'admin.test', agent: false, ...pair },
        (response) => {
          let body = ''
          response.on('data', (chunk) => {
            body += chunk
          })
          response.on('end', () => resolve([response.statusCode ?? 0, body]))
        },
      )
      request.on('error', () => resolve('refused'))
      request.setHeader('host', 'admin.test')
      if (method === 'POST') request.setHeader('content-type', 'application/json').end(text)
      else request.end()
    })
  }

  test('who shows one may use it, and is recorded by its name; who shows none may not', async () => {
    const made = await send('POST', PATH, ops)
    expect(made[0]).toBe(201)
    expect(JSON.parse(made[1] ?? '')).toMatchObject({ by: 'certificate CN=ops' })
    expect((await send('POST', PATH, {}))[0]).toBe(401)
    expect((await send('GET', '/livez', {}))[0]).toBe(200)
    expect(await send('GET', PATH, strangers.client('ops'))).toBe('refused')
  })
})

test('a configuration that would let tokens be read on the way is refused', () => {
  const loaded = loadConfig(
    'listeners: [{ address: 127.0.0.1:0 }]\nadmin: { address: 0.0.0.0:1, tokens: [{ env: X }] }\n',
    'iap.yaml',
    { dev: true },
  )
  expect(loaded.ok ? [] : loaded.errors.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('needs `admin.tls`'),
  )
})
