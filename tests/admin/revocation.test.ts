/** What is revoked counts no longer, by whatever method it was recognized, and what was opened with it is closed. Real sockets, one process. */
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { adminFiles, adminYaml, callAdmin, revoke } from '../support/admin.ts'
import { apiKeyFile, TEST_HMAC_SECRET, testApiKey } from '../support/api-keys.ts'
import { startIntrospection, type TestIntrospection } from '../support/introspection.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'

const POLICY = `
type Text = { text: string }

identity user via jwt { sub: string }
identity robot via api_key { sub: string }
identity legacy via custom { sub: string }
identity asked via oauth2 { sub: string }
identity workload via mtls

service app at "app.test" {
  route open ANY "/open/{rest...}"
  route all  ANY "/all/{rest...}"
  route text POST "/text" body Text
}
permit open on app.open to anyone
permit all on app.all, app.text to user, robot, legacy, asked, workload
`

/** Says who somebody is by a header, and when that was. */
const MODULE = `export default function identify({ headers }) {
  const [shown] = headers['x-legacy']
  if (shown === undefined) return null
  const [sub, iat] = shown.split(' ')
  return { claims: { sub, ...(iat !== undefined && { iat: Number(iat) }) }, until: Date.now() / 1000 + 600 }
}
`

const servers = testAuthority('servers')
const mesh = testAuthority('mesh')
const SPIFFE = 'spiffe://prod.example/orders'

let upstream: TestUpstream
let asking: TestIntrospection
let app: TestProxy
/** Of the listener with certificates. */
let secure: TestProxy
const robot = testApiKey('robot')

beforeAll(async () => {
  process.env.IAP_TEST_CLIENT = 'a secret of the tests'
  asking = await startIntrospection()
  upstream = await startUpstream((request, response) => {
    response.setHeader('x-seen', String(request.headers['x-iap-request-id']))
    if (!request.url?.includes('stream')) return void response.end('fine')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: begun\n\n')
  })
  new WebSocketServer({ server: upstream.server }).on('connection', (socket) => socket.send('begun'))
  const own = servers.server(['app.test'])
  const options = {
    policy: POLICY,
    adminMore: adminYaml,
    others: [
      'robot: { keys: { file: ./keys.json, hmacKey: { file: ./hmac.key } } }',
      'legacy: { plugin: ./auth.mjs, headers: [x-legacy] }',
      `asked: { issuer: "${asking.issuer}", introspection: "${asking.url}", clientId: iap, clientSecret: { env: IAP_TEST_CLIENT }, prefix: "opaque-", cache: 10m, audience: api }`,
      'workload: { trustDomain: prod.example, ca: mesh.pem }',
    ],
    files: {
      ...adminFiles,
      'keys.json': apiKeyFile([robot]),
      'hmac.key': `${TEST_HMAC_SECRET}\n`,
      'auth.mjs': MODULE,
      'a.pem': own.cert,
      'a.key': own.key,
      'mesh.pem': mesh.cert,
    },
  }
  const listener = 'tls: { cert: a.pem, key: a.key, clientCa: mesh.pem, clientCert: optional }'
  secure = await startTestProxy([upstream.origin], { ...options, listener })
  // Identities by certificates want a listener that asks for them.
  app = await startTestProxy([upstream.origin], {
    ...options,
    others: options.others.slice(0, 3),
    policy: POLICY.replace('identity workload via mtls\n', '').replace(', workload', ''),
    listener: 'http2: true',
  })
})
afterAll(async () => {
  await app?.close()
  await secure?.close()
  await asking?.close()
  await upstream?.close()
})

type Headers = Readonly<Record<string, string>>

async function statusOf(headers: Headers, path = '/all/x'): Promise<[number, string | null]> {
  const answer = await send(headers, path)
  return [answer.status, answer.code]
}

function send(
  headers: Headers,
  path: string,
): Promise<{ readonly status: number; readonly code: string | null; readonly id: string }> {
  return new Promise((resolve, reject) => {
    httpRequest(
      { host: '127.0.0.1', port: app.port, path, headers: { ...headers, host: 'app.test' }, agent: false },
      (answer) => {
        answer.resume()
        const code = answer.headers['x-iap-error']
        const id = String(answer.headers['x-seen'])
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, code: code === undefined ? null : String(code), id }))
      },
    )
      .on('error', reject)
      .end()
  })
}

function closed(emitter: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => emitter.on('close', resolve))
}

/** A WebSocket, a stream of events, a stream over HTTP/2 and a call of gRPC; each settled when it is over. */
async function open(headers: Headers): Promise<readonly Promise<unknown>[]> {
  const ws = new WebSocket(`ws://127.0.0.1:${app.port}/all/ws`, { headers: { ...headers, host: 'app.test' } })
  ws.on('error', () => {})
  const socket = closed(ws)
  await once(ws, 'message')
  const events = httpRequest({
    ...{ host: '127.0.0.1', port: app.port, path: '/all/stream', agent: false },
    headers: { ...headers, host: 'app.test' },
  }).on('error', () => {})
  events.end()
  const [answer] = await once(events, 'response')
  answer.on('error', () => {})
  const stream = closed(answer)
  await once(answer, 'data')
  const session = connectHttp2(app.origin)
  session.on('error', () => {})
  const ask = (more: Headers) => session.request({ ':authority': 'app.test', ...headers, ...more }).on('error', () => {})
  const event = ask({ ':path': '/all/stream' })
  const over = closed(event)
  await once(event, 'data')
  const call = ask({ ':path': '/all/stream', ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' })
  const called = closed(call)
  // An empty message, and more to come.
  call.write(Buffer.alloc(5))
  await once(call, 'response')
  call.resume()
  void Promise.all([over, called]).then(() => session.destroy())
  return [socket, stream, over, called]
}

const credentialOf = async (headers: Headers) => {
  const { id } = await send(headers, '/all/x')
  return (await app.record(id)).caller?.credential ?? null
}

let subjects = 0
interface Held {
  readonly identity: string
  readonly sub: string
  readonly headers: Headers
  /** By which records name it, as its holder works it out. */
  readonly credential: string | null
  /** Another one, that begins after a moment. */
  readonly next?: () => Headers
}

const digest = (text: string) => hash('sha256', text, 'base64url').slice(0, 22)
const seconds = () => Math.floor(Date.now() / 1000)

const makers: readonly (readonly [string, () => Held])[] = [
  [
    'jwt',
    () => {
      const sub = `user${++subjects}`
      const authorization = app.bearer({ sub, iat: seconds() - 60 })
      const next = () => ({ authorization: app.bearer({ sub, iat: seconds() + 1 }) })
      return { identity: 'user', sub, headers: { authorization }, credential: digest(authorization.slice(7)), next }
    },
  ],
  [
    'oauth2',
    () => {
      const sub = `asked${++subjects}`
      const mint = (iat: number) => {
        const token = `opaque-${++subjects}`
        const times = { iat, exp: seconds() + 600 }
        asking.answer(token, { active: true, iss: asking.issuer, aud: 'api', token_type: 'Bearer', sub, ...times })
        return token
      }
      const token = mint(seconds() - 60)
      const next = () => ({ authorization: `Bearer ${mint(seconds() + 1)}` })
      const headers = { authorization: `Bearer ${token}` }
      return { identity: 'asked', sub, headers, credential: digest(token), next }
    },
  ],
  [
    'custom',
    () => {
      const sub = `legacy${++subjects}`
      const headers = { 'x-legacy': `${sub} ${seconds() - 60}` }
      return { identity: 'legacy', sub, headers, credential: null, next: () => ({ 'x-legacy': `${sub} ${seconds() + 1}` }) }
    },
  ],
]

describe.each(makers)('via %s', (_method, make) => {
  test('a subject: what it has is refused, and what it has open ends; what it gets later counts', async () => {
    const { identity, sub, headers, next } = make()
    const other = make()
    expect(await statusOf(headers)).toEqual([200, null])
    const mine = await open(headers)
    const others = await open(other.headers)
    let ended = 0
    for (const one of others) void one.then(() => ended++)
    const made = await revoke(app.admin, { subject: { identity, sub }, reason: 'left' })
    await Promise.all(mine)
    expect(made.body.ended).toEqual({ streams: 4 })
    expect(await statusOf(headers)).toEqual([401, 'revoked'])
    // On every route, as whatever does not count.
    expect(await statusOf(headers, '/open/x')).toEqual([401, 'revoked'])
    expect(await statusOf(other.headers)).toEqual([200, null])
    expect(ended).toBe(0)
    // Until now it is no later than what is revoked.
    await eventually(() => (Date.now() > Date.parse(made.body.before) + 1100 ? true : undefined))
    expect(await statusOf(next?.() ?? {})).toEqual([200, null])
    await callAdmin(app.admin, 'DELETE', `/v1/revocations/${made.body.id}`)
    expect(await statusOf(headers)).toEqual([200, null])
    await revoke(app.admin, { subject: { identity: other.identity, sub: other.sub } })
    await Promise.all(others)
  })

  test('an identity', async () => {
    const { identity, headers } = make()
    expect(await statusOf(headers)).toEqual([200, null])
    const mine = await open(headers)
    const made = await revoke(app.admin, { identity })
    await Promise.all(mine)
    expect(await statusOf(headers)).toEqual([401, 'revoked'])
    await callAdmin(app.admin, 'DELETE', `/v1/revocations/${made.body.id}`)
    expect(await statusOf(headers)).toEqual([200, null])
  })

  test('a credential, by what records show', async () => {
    const { headers, credential } = make()
    expect(await credentialOf(headers)).toBe(credential)
    if (credential === null) return
    const other = make()
    const mine = await open(headers)
    await revoke(app.admin, { credential })
    await Promise.all(mine)
    expect(await statusOf(headers)).toEqual([401, 'revoked'])
    expect(await statusOf(other.headers)).toEqual([200, null])
  })

  test('before it was ever seen', async () => {
    const { identity, sub, headers } = make()
    await revoke(app.admin, { subject: { identity, sub } })
    expect(await statusOf(headers)).toEqual([401, 'revoked'])
  })
})

test('a whole digest is as good as its beginning', async () => {
  const authorization = app.bearer({ sub: 'whole' })
  const made = await revoke(app.admin, { credential: hash('sha256', authorization.slice(7), 'base64url') })
  expect(made.body.credential).toBe(digest(authorization.slice(7)))
  expect(await statusOf({ authorization })).toEqual([401, 'revoked'])
})

describe('via api_key', () => {
  test('by its id, which records show; the file of keys stays as it is', async () => {
    const headers = { 'x-api-key': robot.text }
    expect(await credentialOf(headers)).toBe(robot.record.id)
    const mine = await open(headers)
    const made = await revoke(app.admin, { credential: robot.record.id })
    await Promise.all(mine)
    expect(await statusOf(headers)).toEqual([401, 'revoked'])
    await callAdmin(app.admin, 'DELETE', `/v1/revocations/${made.body.id}`)
    expect(await statusOf(headers)).toEqual([200, null])
  })

  test('by its subject: keys that were made before', async () => {
    const headers = { 'x-api-key': robot.text }
    const subject = { identity: 'robot', sub: robot.record.subject }
    const early = await revoke(app.admin, { subject, before: '2026-03-02T08:59:59Z' })
    expect(await statusOf(headers)).toEqual([200, null])
    const late = await revoke(app.admin, { subject, before: '2026-03-02T09:00:00Z' })
    expect(await statusOf(headers)).toEqual([401, 'revoked'])
    // It says what the first one says, and has taken its place.
    const { body } = await callAdmin(app.admin, 'GET', '/v1/revocations')
    const ids = body.revocations.map(({ id }: { id: string }) => id)
    expect([ids.includes(early.body.id), ids.includes(late.body.id)]).toEqual([false, true])
    await callAdmin(app.admin, 'DELETE', `/v1/revocations/${late.body.id}`)
  })
})

test('via custom: what a plug-in does not tell the time of is older than all that is revoked', async () => {
  const headers = { 'x-legacy': 'timeless' }
  expect(await statusOf(headers)).toEqual([200, null])
  await revoke(app.admin, { subject: { identity: 'legacy', sub: 'timeless' }, before: '2000-01-01T00:00:00Z' })
  expect(await statusOf(headers)).toEqual([401, 'revoked'])
})

describe('via mtls', () => {
  function ask(pair: { cert: string; key: string }): Promise<[number, string | null, string]> {
    return new Promise((resolve, reject) => {
      httpsRequest(
        { host: '127.0.0.1', port: secure.port, path: '/all/x', ca: servers.cert, servername: 'app.test', agent: false, ...pair },
        (answer) => {
          answer.resume()
          const code = answer.headers['x-iap-error']
          resolve([answer.statusCode ?? 0, code === undefined ? null : String(code), String(answer.headers['x-seen'])])
        },
      )
        .on('error', reject)
        .setHeader('host', 'app.test')
        .end()
    })
  }

  test('by its thumbprint, and by its subject', async () => {
    const one = mesh.svid(SPIFFE)
    const other = mesh.svid(SPIFFE)
    const der = Buffer.from(one.cert.replace(/-----[^-]*-----|\s/g, ''), 'base64')
    const credential = hash('sha256', der, 'base64url')
    const [status, , id] = await ask(one)
    expect([status, (await secure.record(id)).caller]).toEqual([
      200,
      { identity: 'workload', subject: SPIFFE, credential: credential.slice(0, 22) },
    ])
    await revoke(secure.admin, { credential })
    expect((await ask(one)).slice(0, 2)).toEqual([401, 'revoked'])
    expect((await ask(other)).slice(0, 2)).toEqual([200, null])
    await revoke(secure.admin, { subject: { identity: 'workload', sub: SPIFFE } })
    expect((await ask(other)).slice(0, 2)).toEqual([401, 'revoked'])
  })
})

test('while its body comes: the request is refused', async () => {
  const authorization = app.bearer({ sub: 'slow' })
  const headers = { host: 'app.test', authorization, 'content-type': 'application/json', 'content-length': '12' }
  const asked = httpRequest({ host: '127.0.0.1', port: app.port, path: '/text', method: 'POST', headers, agent: false })
  asked.flushHeaders()
  asked.write('{"text"')
  await eventually(async () => ((await app.metric('iap_connections')) > 0 ? true : undefined))
  await revoke(app.admin, { subject: { identity: 'user', sub: 'slow' } })
  asked.end(':"a"}')
  const [answer] = await once(asked, 'response')
  expect([answer.statusCode, answer.headers['x-iap-error']]).toEqual([401, 'revoked'])
})

test('what is broken off says why in its record, and holds nothing of the credential', async () => {
  const authorization = app.bearer({ sub: 'recorded' })
  const mine = await open({ authorization })
  await revoke(app.admin, { subject: { identity: 'user', sub: 'recorded' } })
  await Promise.all(mine)
  const records = await eventually(() => {
    const lines = readFileSync(`${app.folder}/audit.jsonl`, 'utf8').split('\n').slice(0, -1)
    const found = lines.map((line) => JSON.parse(line) as AuditRecord).filter(({ caller }) => caller?.subject === 'recorded')
    return found.length === 4 ? found : undefined
  })
  expect(records.map(({ code, complete }) => [code, complete])).toEqual(Array.from({ length: 4 }, () => ['revoked', false]))
  expect(JSON.stringify(records)).not.toContain(authorization.slice(7))
})
