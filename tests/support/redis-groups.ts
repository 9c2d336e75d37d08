/** Redis servers that belong together: a primary and a replica with sentinels, or a Redis Cluster. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import type { RedisServer } from '../../runtime/base/redis/redis-server.ts'
import { freePort } from './listening-program.ts'
import { startRedis, startServer, type TestRedis } from './redis.ts'
import { eventually } from './until.ts'

export const portOf = ({ url }: { readonly url: string }): string => new URL(url).port

/** A Redis without credentials, as the section `redis` of the configuration describes it. */
export const asEndpoint = (more: Partial<RedisServer>): RedisServer => ({
  ...{ url: null, sentinel: null, cluster: null, username: null, password: null, tls: null },
  ...more,
})

/** Sends a command to a server, by a connection of its own. */
export async function command({ url }: { readonly url: string }, ...words: readonly (string | number)[]): Promise<unknown> {
  const client = createClient({ url, socket: { reconnectStrategy: false } })
  client.on('error', () => {})
  await client.connect()
  try {
    return await client.sendCommand(words.map(String))
  } finally {
    client.destroy()
  }
}

/** Waits until the answer to a command contains a text. */
export async function untilSays(server: { readonly url: string }, words: readonly string[], text: string): Promise<void> {
  await eventually(
    async () => String(await command(server, ...words).catch(() => '')).includes(text) || undefined,
    `${words.join(' ')} does not say ${text}`,
  )
}

export interface TestSentinels {
  readonly primary: TestRedis
  readonly replica: TestRedis
  readonly sentinels: readonly TestRedis[]
  readonly endpoint: RedisServer
  close(): Promise<void>
}

export const PRIMARY = 'sessions-db'

/** Starts a primary, a replica and three sentinels, which fail over when the primary is silent for half a second. */
export async function startSentinels(): Promise<TestSentinels> {
  const primary = await startRedis(() => ['--repl-diskless-sync-delay', '0'])
  const replica = await startRedis(() => ['--replicaof', '127.0.0.1', portOf(primary)])
  const monitored = `sentinel monitor ${PRIMARY} 127.0.0.1 ${portOf(primary)} 2
sentinel down-after-milliseconds ${PRIMARY} 500
sentinel failover-timeout ${PRIMARY} 3000
`
  const sentinels = await Promise.all(
    [1, 2, 3].map(() =>
      startServer((port, folder) => {
        writeFileSync(join(folder, 'sentinel.conf'), `port ${port}\nbind 127.0.0.1\ndir ${folder}\n${monitored}`)
        return [join(folder, 'sentinel.conf'), '--sentinel']
      }),
    ),
  )
  await untilSays(replica, ['INFO', 'replication'], 'master_link_status:up')
  // Only sentinels that know each other and the replica can fail over.
  for (const sentinel of sentinels) {
    await untilSays(sentinel, ['INFO', 'sentinel'], 'slaves=1,sentinels=3')
  }
  const nodes = sentinels.map(({ url }) => url)
  const access = { username: null, password: null, tls: null }
  return {
    primary,
    replica,
    sentinels,
    endpoint: asEndpoint({ sentinel: { nodes, primary: PRIMARY, ...access } }),
    async close() {
      await Promise.all([...sentinels, replica, primary].map((one) => one.close()))
    },
  }
}

export interface TestCluster {
  /** Three primaries, and as many replicas if there are any. */
  readonly nodes: readonly TestRedis[]
  readonly endpoint: RedisServer
  close(): Promise<void>
}

/** First slots of the three primaries, and the number of slots. */
export const FIRST_SLOTS = [0, 5461, 10_923, 16_384] as const

/** Starts a Redis Cluster of three primaries, each with a replica if `hasReplicas`. */
export async function startCluster(hasReplicas = false, more: readonly string[] = []): Promise<TestCluster> {
  const nodes = await Promise.all(
    Array.from({ length: hasReplicas ? 6 : 3 }, async () => {
      const bus = await freePort()
      const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-node-timeout', '1000']
      const server = await startRedis(() => [...cluster, '--repl-diskless-sync-delay', '0', ...more])
      return { server, bus }
    }),
  )
  const servers = nodes.map(({ server }) => server)
  const ids: string[] = []
  for (const [index, { server }] of nodes.entries()) {
    ids.push(String(await command(server, 'CLUSTER', 'MYID')))
    if (index < 3) await command(server, 'CLUSTER', 'ADDSLOTSRANGE', FIRST_SLOTS[index] ?? 0, (FIRST_SLOTS[index + 1] ?? 0) - 1)
    for (const other of nodes.slice(0, index))
      await command(server, 'CLUSTER', 'MEET', '127.0.0.1', portOf(other.server), other.bus)
  }
  for (const server of servers) await untilSays(server, ['CLUSTER', 'INFO'], `cluster_known_nodes:${servers.length}`)
  for (const [index, server] of servers.slice(3).entries()) {
    await eventually(async () =>
      (await command(server, 'CLUSTER', 'REPLICATE', ids[index] ?? '').catch(() => null)) ? true : undefined,
    )
    await untilSays(server, ['INFO', 'replication'], 'master_link_status:up')
  }
  for (const server of servers) await untilSays(server, ['CLUSTER', 'INFO'], 'cluster_state:ok')
  return {
    nodes: servers,
    endpoint: asEndpoint({ cluster: { nodes: servers.map(({ url }) => url), networks: [] } }),
    async close() {
      await Promise.all(servers.map((one) => one.close()))
    },
  }
}
