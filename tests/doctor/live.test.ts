/** Beside servers that run: a proxy, an authorization server that exchanges tokens, and a session in Redis. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { newSecret } from '../../runtime/identity/sessions/index.ts'
import { iap } from '../cli/iap.ts'
import { openSignIn, type SignInStage } from '../sign-in/start-sign-in.ts'
import { CookieClient } from '../support/cookie-client.ts'
import { EXCHANGE_CLIENT, startExchangeServer } from '../support/exchange-server.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { startTestProxy } from '../support/start-test-proxy.ts'
import { anIssuer, setUp } from './set-up.ts'

test('the address of a running proxy is no problem', async () => {
  const proxy = await startTestProxy(['http://127.0.0.1:9'])
  onTestFinished(() => proxy.close())
  const { doctor } = await setUp(await anIssuer(), {
    address: `127.0.0.1:${proxy.port}`,
    more: `admin: { address: "${new URL(proxy.admin).host}" }`,
  })
  const { checks } = await doctor()
  expect(checks.filter(({ check }) => check === 'listener').map(({ result, message }) => [result, message])).toEqual([
    ['ok', expect.stringMatching(/^a running proxy listens at/)],
    ['ok', expect.stringMatching(/^a running proxy listens at/)],
  ])
})

describe('token exchange', () => {
  test.each([
    ['works', EXCHANGE_CLIENT.secret, 'stock', 'invalid_grant', 'ok', /accepts the client `iap`/, /^$/],
    [
      'is not allowed',
      EXCHANGE_CLIENT.secret,
      'stock',
      'unauthorized_client',
      'problem',
      /unauthorized_client/,
      /allow token exchange/,
    ],
    [
      'has another secret',
      'another secret of the tests',
      'stock',
      null,
      'problem',
      /answers 401/,
      /compare `services.app.exchange.clientId`/,
    ],
    ['has another target', EXCHANGE_CLIENT.secret, 'other', null, 'problem', /invalid_target/, /correct `audience`/],
  ] as const)('that %s', async (_, secret, audience, error, result, message, advice) => {
    const server = await startExchangeServer({ audience: ['stock'] })
    onTestFinished(() => server.close())
    if (error !== null) server.instead = (response) => void response.writeHead(400).end(JSON.stringify({ error }))
    const target = `clientId: iap, clientSecret: { file: ./secret }, audience: ${audience}`
    const { doctor } = await setUp(server, {
      service: `exchange: { issuer: "${server.issuer}", ${target} }`,
      files: { secret },
    })
    const { checks } = await doctor()
    const [found] = checks.filter(({ check }) => check === 'token-exchange')
    expect([found?.result, found?.message, found?.advice ?? '']).toEqual([
      result,
      expect.stringMatching(message),
      expect.stringMatching(advice),
    ])
  })
})

describe.skipIf(!hasRedis())('a session in Redis', () => {
  let redis: TestRedis
  let stage: SignInStage
  const env = { IAP_TEST_SESSION_KEY: newSecret() }
  beforeAll(async () => {
    redis = await startRedis()
    Object.assign(process.env, env)
    stage = await openSignIn()
  })
  afterAll(async () => {
    await stage?.close()
    await redis?.close()
  })

  test('has its identity, and after signing out none', async () => {
    const proxy = await stage.start({ sessions: `{ store: "${redis.url}", keys: [{ env: IAP_TEST_SESSION_KEY }] }` })
    const client = new CookieClient()
    await client.submit(await client.open(`${proxy.origin}/users/x`), { account: 'ann' })
    const cookie = client.cookiesFor(proxy.origin)
    const ask = () =>
      iap(['whoami', '--format', 'json', '--timeout', '2m'], {
        cwd: stage.stage.folder,
        env: { ...env, IAP_TEST_SECRET: stage.provider.clientSecret },
        stdin: `Host: ${new URL(proxy.origin).host}\nCookie: ${cookie}\n`,
      })
    const found = await ask()
    expect([found.code, JSON.parse(found.stdout)]).toEqual([
      0,
      expect.objectContaining({ identity: 'staff', method: 'oidc', credential: 'session', reasons: [] }),
    ])
    expect(found.stdout).not.toContain(cookie.split('=').at(-1))
    await client.submit(await client.open(`${proxy.origin}/.iap/logout`))
    const ended = await ask()
    expect([ended.code, JSON.parse(ended.stdout).reasons[0].code]).toEqual([1, 'session'])
  })
})
