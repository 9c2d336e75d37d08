/** Tokens for services in place of callers' own (RFC 8693), over real connections. */
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkConfig, StartupError } from '../../runtime/index.ts'
import { apiKeyFile, TEST_HMAC_SECRET, testApiKey } from '../support/api-keys.ts'
import { EXCHANGE_CLIENT, type ExchangeServer, startExchangeServer } from '../support/exchange-server.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { startTestIssuer, TEST_AUDIENCE, type TestIssuer } from '../support/test-issuer.ts'
import { WAIT } from '../support/until.ts'

const policy = `
identity user via jwt { sub: string }
identity guest via jwt { sub: string }
identity robot via api_key { sub: string }
service app at "app.test" { route open ANY "/open/{rest...}"  route all ANY "/all/{rest...}" }
service easy at "easy.test" { route easy_all ANY "/all/{rest...}" }
service plain at "plain.test" { route plain_all ANY "/all/{rest...}" }
permit everybody on app.open to anyone
permit known on app.all, easy.easy_all, plain.plain_all to user, guest, robot
`

const key = testApiKey('robot')
let server: ExchangeServer
let elsewhere: TestIssuer
let upstream: TestUpstream
let app: TestProxy

const exchangeYaml = (more = '') =>
  `{ issuer: "${server.issuer}", clientId: ${EXCHANGE_CLIENT.id}, clientSecret: { file: ./secret }, audience: orders, resource: ["https://orders.example/", "urn:orders"], scopes: [read, write]${more} }`

async function start(files: Readonly<Record<string, string>> = {}): Promise<TestProxy> {
  const jwt = (issuer: string) => `{ issuer: "${issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] }`
  return await startTestProxy([upstream.origin], {
    policy,
    identities: `{ user: ${jwt(server.issuer)}, guest: ${jwt(elsewhere.issuer)}, robot: { keys: { file: ./keys.json, hmacKey: { file: ./hmac.key } } } }`,
    services: `{ app: { upstreams: ["${upstream.origin}"], exchange: ${exchangeYaml()} }, easy: { upstreams: ["${upstream.origin}"], exchange: ${exchangeYaml(', withoutToken: pass')} }, plain: { upstreams: ["${upstream.origin}"] } }`,
    files: { secret: EXCHANGE_CLIENT.secret, 'keys.json': apiKeyFile([key]), 'hmac.key': TEST_HMAC_SECRET, ...files },
  })
}

beforeAll(async () => {
  elsewhere = await startTestIssuer()
  upstream = await startUpstream((asked, response) => response.end(JSON.stringify(asked.rawHeaders)))
})
afterAll(async () => {
  await elsewhere?.close()
  await upstream?.close()
})
beforeEach(async () => {
  server = await startExchangeServer({
    audience: ['orders'],
    resource: ['https://orders.example/', 'urn:orders'],
    scope: 'read write',
  })
  app = await start()
})
afterEach(async () => {
  await app?.close()
  await server?.close()
})

interface Answered {
  readonly status: number
  readonly code: string | undefined
  readonly id: string | undefined
  /** What the service got as `Authorization`, in any spelling. */
  readonly authorization: readonly string[]
  readonly all: string
}

function ask(path: string, headers: Readonly<Record<string, string>> = {}, host = 'app.test'): Promise<Answered> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: app.port, path, agent: false, headers: { host, ...headers } }, (response) => {
      let all = ''
      response.on('data', (chunk) => {
        all += chunk
      })
      response.on('end', () => {
        const raw = all.startsWith('[') ? (JSON.parse(all) as string[]) : []
        const authorization = raw.filter((_, at) => at % 2 === 1 && /authorization/i.test(raw[at - 1] ?? ''))
        const code = response.headers['x-iap-error'] as string | undefined
        resolve({
          status: response.statusCode ?? 0,
          code,
          id: response.headers['x-iap-request-id'] as string,
          authorization,
          all,
        })
      })
    })
      .on('error', reject)
      .end()
  })
}

const bearer = (claims: object = {}) => ({ authorization: `Bearer ${server.mint({ ...claims })}` })

function tokenIn({ authorization }: Answered): ReturnType<typeof decodeJwt> {
  expect(authorization).toHaveLength(1)
  const [, token = ''] = /^Bearer (\S+)$/.exec(authorization[0] ?? '') ?? []
  return decodeJwt(token)
}

describe('what the service gets', () => {
  test('a token for itself, and never that of the caller', async () => {
    const headers = bearer({ sub: 'ann' })
    const answer = await ask('/all/x', headers)
    expect([answer.status, tokenIn(answer)]).toEqual([200, expect.objectContaining({ sub: 'ann', aud: 'the service' })])
    expect(answer.all).not.toContain(headers.authorization)
    const [asked] = server.asked
    expect(asked?.form.get('subject_token')).toBe(headers.authorization.slice('Bearer '.length))
  })

  test('as long as it counts, the same one; each caller and each service has its own', async () => {
    const [ann, ben] = [bearer({ sub: 'ann' }), bearer({ sub: 'ben' })]
    const first = tokenIn(await ask('/all/x', ann))
    for (let i = 0; i < 5; i++) expect(tokenIn(await ask('/all/x', ann))).toEqual(first)
    expect(server.asked).toHaveLength(1)
    expect(tokenIn(await ask('/all/x', ben)).sub).toBe('ben')
    expect(tokenIn(await ask('/all/x', ann, 'easy.test')).sub).toBe('ann')
    expect(server.asked).toHaveLength(3)
  })

  test('fifty requests at a time: one question', async () => {
    server.slow(200)
    const ann = bearer({ sub: 'ann' })
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('/all/x', ann)))
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.authorization}`)).size).toBe(1)
    expect([answers[0]?.status, server.asked.length]).toEqual([200, 1])
  })

  test('a token that is soon over is not kept', async () => {
    server.expiresIn = 0
    const ann = bearer({ sub: 'ann' })
    const numbers = [tokenIn(await ask('/all/x', ann)).nr, tokenIn(await ask('/all/x', ann)).nr]
    expect(numbers).toEqual([1, 2])
  })

  test('a service without `exchange` gets none, and asks nothing', async () => {
    const answer = await ask('/all/x', bearer(), 'plain.test')
    expect([answer.status, answer.authorization, server.asked.length]).toEqual([200, [], 0])
  })

  test('nobody calls: no token, and nothing that a client sends as one', async () => {
    expect(await ask('/open/x')).toMatchObject({ status: 200, authorization: [] })
    // What a service may read as its name.
    expect(await ask('/open/x', { X: '1', Authorization_: 'Bearer mine', _authorization: 'Bearer mine' })).toMatchObject({
      status: 200,
      authorization: [],
    })
    expect(server.asked).toHaveLength(0)
  })
})

describe('a caller without a token of the issuer', () => {
  test.each([
    ['with an API key', () => ({ 'x-api-key': key.text })],
    [
      'with a token of another issuer, which this one is not shown',
      () => ({ authorization: `Bearer ${elsewhere.mint({ sub: 'x' })}` }),
    ],
  ])('%s: refused, or passed on with none', async (_, headers) => {
    const refused = await ask('/all/x', headers())
    expect([refused.status, refused.code]).toEqual([403, 'exchange-no-token'])
    const record = await app.record(refused.id)
    expect(record).toMatchObject({ effect: 'permit', code: 'exchange-no-token', upstream: null })
    expect(await ask('/all/x', headers(), 'easy.test')).toMatchObject({ status: 200, authorization: [] })
    expect(server.asked).toHaveLength(0)
  })
})

describe('the issuer', () => {
  const says =
    (status: number, body: object | string, type = 'application/json') =>
    (response: import('node:http').ServerResponse) => {
      response.writeHead(status, { 'content-type': type })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
  const good = {
    access_token: 'a.b.c',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
  }

  test.each<[string, ReturnType<typeof says> | object, number, string]>([
    ['does not know the client', says(401, { error: 'invalid_client' }), 502, 'exchange-refused'],
    ['does not know the target', says(400, { error: 'invalid_target' }), 502, 'exchange-refused'],
    ['does not take the token', says(400, { error: 'invalid_grant' }), 502, 'exchange-refused'],
    ['lets nobody exchange', says(403, 'no', 'text/plain'), 502, 'exchange-refused'],
    ['fails', says(500, { error: 'server_error' }), 503, 'exchange-unavailable'],
    ['has too much to do', says(429, {}), 503, 'exchange-unavailable'],
    [
      'leads elsewhere',
      (response: import('node:http').ServerResponse) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      503,
      'exchange-unavailable',
    ],
    ['hangs up', (response: import('node:http').ServerResponse) => void response.destroy(), 503, 'exchange-unavailable'],
    ['says nothing that is JSON', says(200, 'token'), 502, 'exchange-refused'],
    ['says it twice', says(200, '{"access_token":"a","access_token":"b"}'), 502, 'exchange-refused'],
    ['gives no token', { ...good, access_token: undefined }, 502, 'exchange-refused'],
    ['gives one that is two header lines', { ...good, access_token: 'a\r\nx-evil: 1' }, 502, 'exchange-refused'],
    ['gives one with a space', { ...good, access_token: 'a b' }, 502, 'exchange-refused'],
    ['gives an endless one', { ...good, access_token: 'a'.repeat(13_000) }, 502, 'exchange-refused'],
    [
      'gives a refresh token',
      { ...good, issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
      502,
      'exchange-refused',
    ],
    ['does not say what it gives', { ...good, issued_token_type: undefined }, 502, 'exchange-refused'],
    ['gives one that is bound to a key', { ...good, token_type: 'DPoP' }, 502, 'exchange-refused'],
    ['gives one that is for nobody to show', { ...good, token_type: 'N_A' }, 502, 'exchange-refused'],
  ])('%s', async (_, instead, status, code) => {
    server.instead = instead
    const headers = bearer({ sub: 'ann' })
    const answer = await ask('/all/x', headers)
    expect([answer.status, answer.code]).toEqual([status, code])
    const record = await app.record(answer.id)
    expect(record).toMatchObject({
      effect: 'permit',
      rules: ['known'],
      code,
      upstream: null,
      detail: expect.stringContaining(server.issuer),
    })
    // Nothing that anybody writes down is of a token.
    expect(JSON.stringify([record, app.log, answer.all])).not.toMatch(/eyJ[\w-]*\.|a\.b\.c/)
    expect(answer.all).toContain(code)
  })

  test.each([
    ['of the type of its form', { ...good, issued_token_type: 'urn:ietf:params:oauth:token-type:jwt' }],
    ['in lower case', { ...good, token_type: 'bearer' }],
    ['of which it does not say how long it counts', good],
  ])('gives a token %s', async (_, instead) => {
    server.instead = instead
    const headers = bearer({ sub: 'ann' })
    for (let i = 0; i < 3; i++)
      expect(await ask('/all/x', headers)).toMatchObject({ status: 200, authorization: ['Bearer a.b.c'] })
    expect(server.asked).toHaveLength(1)
  })

  test('the log tells of a mistake once, and nothing of what one caller brings', async () => {
    server.instead = says(400, { error: 'invalid_grant' })
    await ask('/all/x', bearer({ sub: 'ann' }))
    server.instead = says(400, { error: 'invalid_target' })
    for (let i = 0; i < 3; i++) await ask('/all/x', bearer({ sub: `ben-${i}` }))
    expect(app.log.filter((line) => line.includes('a token could not be exchanged'))).toEqual([
      expect.stringContaining('invalid_target'),
    ])
  })

  test('what it has refused it is not asked about again at once, and is when it is asked later', async () => {
    const headers = bearer({ sub: 'ann' })
    server.instead = says(400, { error: 'invalid_target' })
    for (let i = 0; i < 5; i++) await ask('/all/x', headers)
    expect(server.asked.length).toBeLessThan(5)
    server.instead = null
    await expect.poll(async () => (await ask('/all/x', headers)).status, WAIT).toBe(200)
  })

  test('is down: 503, known tokens go on, and it recovers', async () => {
    const [ann, ben] = [bearer({ sub: 'ann' }), bearer({ sub: 'ben' })]
    // Its keys are known then.
    await ask('/all/x', ann)
    await ask('/all/x', ben, 'plain.test')
    await server.down()
    expect((await ask('/all/x', ann)).status).toBe(200)
    expect(await ask('/all/x', ben)).toMatchObject({ status: 503, code: 'exchange-unavailable' })
    await server.up()
    await expect.poll(async () => (await ask('/all/x', ben)).status, WAIT).toBe(200)
  })

  test('has metadata without a token endpoint, or of another issuer', async () => {
    await app.close()
    server.answer('/.well-known/openid-configuration', { issuer: server.issuer, jwks_uri: `${server.issuer}/jwks` })
    app = await start()
    const headers = bearer()
    expect(await ask('/all/x', headers)).toMatchObject({ status: 503, code: 'exchange-unavailable' })
  })
})

/** Of each service. */
const TOO_SHORT = { fault: 'content', message: expect.stringMatching(/iap\.yaml:\d+:\d+: .*needs at least 16/) }

test('who only checks is told, too', async () => {
  expect(await checkConfig(app.config)).toEqual([])
  writeFileSync(join(app.folder, 'secret'), 'short')
  expect(await checkConfig(app.config)).toEqual([TOO_SHORT, TOO_SHORT])
})

test('a secret that is too short is no start', async () => {
  const starting = start({ secret: 'short' })
  await expect(starting).rejects.toThrow(StartupError)
  await expect(starting).rejects.toMatchObject({ problems: [TOO_SHORT, TOO_SHORT] })
})
