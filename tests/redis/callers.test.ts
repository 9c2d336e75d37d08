/**
 * What callers of a real proxy saw while a primary was killed and replaced by sentinels, and while nodes of a Redis Cluster were
 * killed and slots moved. With IAP_FULL=1, more load, a network that is divided, and a cluster with replicas.
 */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { RedisServer } from '../../runtime/base/redis/redis-server.ts'
import { hashSlot } from '../../runtime/base/redis/topology.ts'
import { newSecret } from '../../runtime/identity/sessions/index.ts'
import { type Live, type LiveProxy, openLive } from '../live/start-live.ts'
import { hasRedis } from '../support/redis.ts'
import {
  command,
  startCluster,
  startSentinels,
  type TestCluster,
  type TestSentinels,
  untilSays,
} from '../support/redis-groups.ts'
import { eventually } from '../support/until.ts'

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

const FULL = process.env.IAP_FULL === '1'
/** Requests of each kind that a stage waits for. */
const MORE = FULL ? 300 : 20
/** Milliseconds between an answer and the next request of its kind. */
const PAUSE = FULL ? 5 : 50

const policy = `
identity user via jwt {
  sub: string
  groups: set<string>
}
data listed: set<string>
service app at "app.test" {
  route open    ANY "/open/{rest...}"
  route users   ANY "/users/{rest...}"
  route limited ANY "/limited/{key}"
}
permit open_to_all on app.open to anyone
permit staff_in on app.users to user when "staff" in caller.groups
permit limited on app.limited to anyone limit 1 per 30d by params.key
`

/** A kind of caller: what it asks for, and the answers that the state of Redis may not change. */
const KINDS = ['open', 'signed in', 'revoked', 'limit used up', 'new limit'] as const
type Kind = (typeof KINDS)[number]

let live: Live
// Started at the same time, as they take seconds to agree.
let sentinels: Promise<TestSentinels>
let cluster: Promise<TestCluster>
beforeAll(async () => {
  if (!installed) return
  sentinels = startSentinels()
  cluster = startCluster(FULL, ['--appendonly', 'yes', '--appendfsync', 'always'])
  process.env.IAP_TEST_SESSION_KEY = newSecret()
  live = await openLive()
  await live.release(policy, 2)
})
afterAll(async () => {
  await live?.close()
  for (const group of [await sentinels, await cluster]) await group?.close()
})

function ask(port: number, path: string, authorization?: string): Promise<string> {
  return new Promise((resolve) => {
    const headers = { host: 'app.test', ...(authorization !== undefined && { authorization }) }
    const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(`${answer.statusCode} ${answer.headers['x-iap-error'] ?? ''}`.trim()))
    })
    asked.on('error', (error) => resolve(error.message)).end()
  })
}

interface Callers {
  /** Waits until as many requests of each kind as a stage needs have been answered, and adds a row about them. */
  stage(name: string): Promise<void>
  /** Waits until the latest answer of each kind is as without a fault. */
  recovered(): Promise<void>
  end(): Promise<void>
}

/** Clients of each kind, which ask one request after the other. */
function startCallers({ port }: LiveProxy, revoked: string, good: string): Callers {
  const seen = Object.fromEntries(KINDS.map((kind) => [kind, {} as Record<string, number>])) as Record<
    Kind,
    Record<string, number>
  >
  const latest: Partial<Record<Kind, string>> = {}
  const slowest = { ms: 0 }
  const rows: string[] = []
  let isOver = false
  let keys = 0
  const asking: Record<Kind, () => Promise<string>> = {
    open: () => ask(port, '/open/x'),
    'signed in': () => ask(port, '/users/x', good),
    revoked: () => ask(port, '/users/x', revoked),
    'limit used up': () => ask(port, '/limited/used'),
    'new limit': () => ask(port, `/limited/${++keys}`),
  }
  const clients = KINDS.map(async (kind) => {
    while (!isOver) {
      const begun = performance.now()
      const outcome = await asking[kind]()
      slowest.ms = Math.max(slowest.ms, performance.now() - begun)
      latest[kind] = outcome
      seen[kind][outcome] = (seen[kind][outcome] ?? 0) + 1
      await new Promise((resolve) => setTimeout(resolve, PAUSE))
    }
  })
  const total = (kind: Kind) => Object.values(seen[kind]).reduce((sum, count) => sum + count, 0)
  const goods: Record<Kind, string> = {
    open: '200',
    'signed in': '200',
    revoked: '401 revoked',
    'limit used up': '429 rate-limited',
    'new limit': '200',
  }
  return {
    async stage(name) {
      const goal = KINDS.map((kind) => total(kind) + MORE)
      await eventually(() => KINDS.every((kind, at) => total(kind) >= (goal[at] ?? 0)) || undefined, 'too few answers')
      for (const kind of KINDS) {
        const outcomes = Object.entries(seen[kind]).map(([outcome, count]) => `${count} × ${outcome}`)
        rows.push(`  ${name} | ${kind} | ${outcomes.join(', ')}`)
        // What Redis no longer says is never taken for a permission.
        if (kind === 'revoked' || kind === 'limit used up')
          expect(Object.keys(seen[kind]), `${name}: ${kind}`).not.toContain('200')
        if (kind === 'open') expect(Object.keys(seen[kind]), name).toEqual(['200'])
        seen[kind] = {}
      }
      rows.push(`  ${name} | slowest of all | ${Math.round(slowest.ms)} ms`)
      slowest.ms = 0
    },
    async recovered() {
      for (const kind of KINDS) delete latest[kind]
      await eventually(
        () => KINDS.every((kind) => latest[kind] === goods[kind]) || undefined,
        () => JSON.stringify(latest),
      )
    },
    async end() {
      isOver = true
      await Promise.all(clients)
      console.log(['what callers saw:', ...rows].join('\n'))
    },
  }
}

async function open(endpoint: RedisServer): Promise<{ readonly proxy: LiveProxy; readonly callers: Callers }> {
  const { sentinel, cluster } = endpoint
  const section =
    sentinel === null
      ? { cluster: { nodes: cluster?.nodes } }
      : { sentinel: { nodes: sentinel.nodes, primary: sentinel.primary } }
  const more = `redis: ${JSON.stringify(section)}
sessions: { store: shared, keys: [{ env: IAP_TEST_SESSION_KEY }] }
limits: { store: shared }
fleet: { redis: shared }`
  const proxy = await live.start({ workers: FULL ? 2 : 1, more })
  onTestFinished(() => void proxy.running.child.kill('SIGKILL'))
  const [good, revoked] = ['ann', 'mallory'].map((sub) => live.bearer({ sub })) as [string, string]
  await eventually(async () => ((await ask(proxy.port, '/users/x', good)) === '200' ? true : undefined))
  expect((await proxy.api('POST', '/v1/revocations', { subject: { identity: 'user', sub: 'mallory' } })).status).toBe(201)
  await eventually(async () => ((await ask(proxy.port, '/limited/used')).startsWith('429') ? true : undefined))
  const callers = startCallers(proxy, revoked, good)
  await callers.recovered()
  await callers.stage('before')
  return { proxy, callers }
}

async function end({ running }: LiveProxy, callers: Callers): Promise<void> {
  await callers.end()
  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(0)
}

/** Ends the connections of sentinels to a primary, which then needs a password. Other connections go on. */
async function shutOutSentinels(url: string): Promise<void> {
  const client = createClient({ url })
  await client.connect()
  onTestFinished(() => client.destroy())
  const listed = String(await client.sendCommand(['CLIENT', 'LIST']))
  await client.sendCommand(['CONFIG', 'SET', 'requirepass', 'other'])
  for (const [, id = ''] of listed.matchAll(/^id=(\d+) .* name=sentinel-/gm))
    await client.sendCommand(['CLIENT', 'KILL', 'ID', id])
}

describe.skipIf(!installed)('callers', () => {
  test(
    'of a proxy whose primary is killed and replaced, and comes back',
    async () => {
      const group = await sentinels
      onTestFinished(() => group.close())
      const { proxy, callers } = await open(group.endpoint)
      // It acknowledges no more than the replica has, so what was revoked and counted stays so.
      await command(group.primary, 'WAIT', 1, 5000)
      await group.primary.stop()
      await callers.stage('primary killed')
      await callers.recovered()
      await callers.stage('replica promoted')
      await group.primary.start()
      if (FULL) {
        await untilSays(group.primary, ['ROLE'], 'slave')
        await callers.stage('old primary back')
        await callers.recovered()
      }
      await end(proxy, callers)
      expect(readFileSync(`${live.stage.folder}/${proxy.audit}`, 'utf8')).toContain('limits-unavailable')
    },
    FULL ? 600_000 : 300_000,
  ) // The sentinels need seconds, and the full size more than the default time-out.

  test.runIf(FULL)(
    'of a proxy whose old primary still answers after a failover',
    async () => {
      const group = await startSentinels()
      onTestFinished(() => group.close())
      const { proxy, callers } = await open(group.endpoint)
      await command(group.primary, 'WAIT', 1, 5000)
      await shutOutSentinels(group.primary.url)
      await untilSays(group.replica, ['ROLE'], 'master')
      await callers.stage('two primaries')
      await callers.recovered()
      // Writes arrive at the new one.
      expect((await proxy.api('POST', '/v1/revocations', { subject: { identity: 'user', sub: 'eve' } })).status).toBe(201)
      expect(Number(await command(group.replica, 'HLEN', 'iap:{revocations}'))).toBe(4 + 2)
      await callers.stage('new primary')
      await end(proxy, callers)
    },
    600_000,
  ) // The sentinels need seconds.

  test(
    'of a proxy whose cluster loses a node, gets it back, and moves slots',
    async () => {
      const group = await cluster
      onTestFinished(() => group.close())
      const { proxy, callers } = await open(group.endpoint)
      const [first, second, third] = group.nodes
      if (first === undefined || second === undefined || third === undefined) return
      // The slot of revocations moves with its keys from its node to the next, key by key.
      const slot = hashSlot('{revocations}')
      const [from, to] = slot < 5461 ? [first, second] : slot < 10_923 ? [second, third] : [third, first]
      const [fromId, toId] = [await command(from, 'CLUSTER', 'MYID'), await command(to, 'CLUSTER', 'MYID')].map(String)
      await command(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId ?? '')
      await command(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId ?? '')
      for (const key of (await command(from, 'CLUSTER', 'GETKEYSINSLOT', slot, 100)) as readonly string[]) {
        await command(from, 'MIGRATE', '127.0.0.1', new URL(to.url).port, key, 0, 5000)
        await callers.stage(`keys move (ASK)`)
      }
      for (const node of [to, from, ...group.nodes])
        await command(node, 'CLUSTER', 'SETSLOT', slot, 'NODE', toId ?? '').catch(() => {})
      await callers.recovered()
      await callers.stage('slot moved (MOVED)')
      // The node that has the revocations. Its file has all that it acknowledged.
      await to.stop()
      await callers.stage('node killed')
      if (FULL) await callers.recovered()
      await to.start()
      for (const node of group.nodes) await untilSays(node, ['CLUSTER', 'INFO'], 'cluster_state:ok')
      await callers.recovered()
      await callers.stage('node back')
      await end(proxy, callers)
    },
    FULL ? 600_000 : 300_000,
  ) // The nodes need seconds to agree, and the full size more than the default time-out.
})
