/** The Redis of the section `redis`: TLS with an authority and a client certificate, and a user of the access control list. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { RedisServer } from '../../runtime/base/redis/redis-server.ts'
import { FleetMember } from '../../runtime/server/proxy-fleet/fleet-member.ts'
import { collectLog } from '../support/identity.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'
import { anIssuer, setUp } from './set-up.ts'

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

/** As `docs/reference/sessions.md` has it, and for a fleet as `docs/guides/deploy/fleet.md` has it. */
const ACL = `user default off
user iap on >between-us ~iap:* &iap:* -@all +auth +hello +ping +eval +time +info +get +set +del +pexpire +zadd +zcard +zcount +zrangebyscore +zrem +zscore +hdel +hget +hset +hstrlen
`

describe.skipIf(!installed)('a Redis with TLS and a user', () => {
  const authority = testAuthority()
  const client = authority.client('iap')
  const folder = mkdtempSync(join(tmpdir(), 'iap-redis-tls-'))
  const at = (name: string) => join(folder, name)
  let redis: TestRedis
  let port = ''
  beforeAll(async () => {
    const server = authority.server(['redis.test'])
    const files = { 'ca.pem': authority.cert, 'tls.pem': server.cert, 'tls.key': server.key, acl: ACL, 'client.pem': client.cert }
    for (const [name, text] of Object.entries({ ...files, 'client.key': client.key, password: 'between-us\n', wrong: 'wrong' }))
      writeFileSync(at(name), text)
    redis = await startRedis((on) => [
      ...['--port', '0', '--tls-port', String(on), '--tls-cert-file', at('tls.pem'), '--tls-key-file', at('tls.key')],
      ...['--tls-ca-cert-file', at('ca.pem'), '--tls-auth-clients', 'yes', '--aclfile', at('acl')],
    ])
    port = new URL(redis.url).port
  })
  afterAll(async () => {
    await redis?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const TLS = () => ({ ca: at('ca.pem'), cert: at('client.pem'), key: at('client.key'), serverName: 'redis.test' })

  async function diagnosed(changes: object = {}, tls: object = {}) {
    const shared = {
      url: `rediss://127.0.0.1:${port}`,
      username: 'iap',
      password: { file: at('password') },
      tls: { ...TLS(), ...tls },
      ...changes,
    }
    const more = `redis: ${JSON.stringify(shared)}\nfleet: { redis: shared }`
    const { doctor } = await setUp(await anIssuer(), { more })
    const { checks } = await doctor()
    expect(JSON.stringify(checks)).not.toContain('between-us')
    return checks
      .filter((one) => one.check === 'redis')
      .map(({ result, place, message, advice }) => [result, place, message, advice])
  }

  test('works', async () => {
    expect((await diagnosed()).map(([result, place]) => [result, place])).toEqual([
      ['ok', 'fleet.redis'],
      ['ok', 'fleet.redis'],
    ])
  })

  test.each<[string, object, object, RegExp, RegExp]>([
    ['a wrong password', { password: { file: at('wrong') } }, {}, /WRONGPASS/, /`redis.username` and `redis.password`/],
    ['another host', {}, { serverName: 'other.test' }, /altnames/i, /host name in `redis.url`/],
    ['no authority', {}, { ca: undefined }, /certificate/, /`redis.tls.ca`/],
    [
      'no client certificate',
      {},
      { cert: undefined, key: undefined },
      /certificate required/,
      /`redis.tls.cert` and `redis.tls.key`/,
    ],
    ['a missing file', {}, { ca: at('none.pem') }, /none\.pem` cannot be read/, /correct `redis.tls.ca`/],
  ])('%s is a problem, which says what to change', async (_, changes, tls, message, advice) => {
    const [found = []] = await diagnosed(changes, tls)
    expect(found).toEqual(['problem', 'fleet.redis', expect.stringMatching(message), expect.stringMatching(advice)])
  })

  test('serves a fleet with no more rights than the page lists', async () => {
    const shared: RedisServer = {
      url: `rediss://127.0.0.1:${port}`,
      sentinel: null,
      cluster: null,
      username: 'iap',
      password: { file: at('password') },
      tls: TLS(),
    }
    const log = collectLog()
    const state = { version: '1', policy: null, config: 'c'.repeat(64), ready: true, reasons: [], lastError: null }
    const member = new FleetMember({ redis: shared, prefix: 'iap:', id: 'one', log, state: async () => state })
    onTestFinished(() => member.close())
    await eventually(async () => (await member.overview()).proxies.length === 1 || undefined)
    await member.close()
    expect(log.lines).toEqual([])
  })
})
