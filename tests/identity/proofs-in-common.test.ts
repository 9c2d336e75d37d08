/** A proof counts once (RFC 9449, section 11.1): with all workers of a proxy, and with all proxies that share a Redis. */
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newSecret } from '../../runtime/identity/sessions/index.ts'
import { openStage, type Running, type Stage } from '../life/proxy-process.ts'
import { dpopKey, proofOf } from '../support/dpop.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { startTestIssuer, TEST_AUDIENCE, type TestIssuer } from '../support/test-issuer.ts'
import { WAIT } from '../support/until.ts'

const policy = `
identity user via jwt { sub: string }
service app at "app.test" { route all ANY "/{rest...}" }
permit known on app.all to user
`
const URL = 'http://app.test/x'
const key = dpopKey()

let issuer: TestIssuer
let upstream: TestUpstream
let stage: Stage & { remove(): void }

beforeAll(async () => {
  issuer = await startTestIssuer()
  upstream = await startUpstream((_, response) => response.end('seen'))
  stage = await openStage(policy)
})

afterAll(async () => {
  stage?.remove()
  await upstream?.close()
  await issuer?.close()
})

async function start(more = '', workers = 2, lives: 'test' | 'stage' = 'test'): Promise<readonly [Running, number]> {
  const identities = `{ user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256], dpop: { required: true } } }`
  stage.configure({ upstream: upstream.origin, workers, identities, more })
  const proxy = stage.start({ args: ['--insecure-http-issuer'], lives })
  const [port = 0] = await proxy.ready()
  return [proxy, port]
}

/** Each over a connection of its own. What was answered: the status, or the code of the refusal. */
async function show(ports: readonly number[], token: string, proof: string): Promise<readonly string[]> {
  const answers = ports.map(
    (port) =>
      new Promise<string>((resolve, reject) => {
        const headers = { host: 'app.test', authorization: `DPoP ${token}`, dpop: proof }
        const asked = request({ host: '127.0.0.1', port, path: '/x', headers, agent: false }, (answer) => {
          answer.resume()
          resolve(`${answer.statusCode} ${/error="(\w+)"/.exec(String(answer.headers['www-authenticate']))?.[1] ?? ''}`.trim())
        })
        asked.on('error', reject).end()
      }),
  )
  return (await Promise.all(answers)).sort()
}

describe('one proxy of two workers', () => {
  let proxy: Running
  let port: number
  beforeAll(async () => {
    ;[proxy, port] = await start('', 2, 'stage')
  })

  test('of eight requests with one proof, one is served', async () => {
    const token = issuer.mint({ cnf: { jkt: key.jkt } })
    for (let round = 0; round < 5; round += 1) {
      const proof = proofOf(key, { url: URL, token })
      const seen = await show(
        Array.from({ length: 8 }, () => port),
        token,
        proof,
      )
      expect(seen).toEqual(['200', ...Array.from({ length: 7 }, () => '401 invalid_dpop_proof')])
    }
    // Both have had some, or nothing was shown.
    expect((await proxy.workers()).map(({ requests }) => requests > 0)).toEqual([true, true])
  })

  test('a proof does not count again with a worker that has come since', async () => {
    const token = issuer.mint({ cnf: { jkt: key.jkt } })
    const proof = proofOf(key, { url: URL, token })
    expect(await show([port], token, proof)).toEqual(['200'])
    for (const { pid } of await proxy.workers()) {
      const said = proxy.said().length
      process.kill(pid, 'SIGKILL')
      await proxy.line(/is restarted/, said)
    }
    await expect.poll(async () => (await proxy.workers()).filter(({ state }) => state === 'ready').length, WAIT).toBe(2)
    expect(await show([port, port, port, port], token, proof)).toEqual(Array.from({ length: 4 }, () => '401 invalid_dpop_proof'))
  })
})

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

describe.skipIf(!installed)('two proxies on one Redis', () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis()
    process.env.IAP_TEST_SESSION_KEY = newSecret()
  })
  afterAll(() => redis?.close())
  const sessions = () => `sessions: { store: "${redis.url}", keys: [{ env: IAP_TEST_SESSION_KEY }] }`

  test('of sixteen requests with one proof, one is served; and without the Redis none', async () => {
    const [, one] = await start(sessions())
    const [, two] = await start(sessions(), 1)
    const token = issuer.mint({ cnf: { jkt: key.jkt } })
    const ports = Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? one : two))
    // A proxy serves before it has its Redis.
    await expect.poll(() => show([one], token, proofOf(key, { url: URL, token })), WAIT).toEqual(['200'])
    const seen = await show(ports, token, proofOf(key, { url: URL, token }))
    expect(seen.filter((status) => status === '200').length).toBe(1)
    expect(new Set(seen)).toEqual(new Set(['200', '401 invalid_dpop_proof']))
    await redis.stop()
    expect(await show([one], token, proofOf(key, { url: URL, token }))).toEqual(['503'])
  })
})
