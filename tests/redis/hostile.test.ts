/** Servers, sentinels and nodes that lie, fall silent, or redirect without an end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RedisConnection } from '../../runtime/base/redis/redis-connection.ts'
import type { RedisEndpoint, RedisServer } from '../../runtime/base/redis/redis-server.ts'
import { bulk, type FakeAnswer, type FakeRedis, list, startFakeRedis } from '../support/fake-redis.ts'
import { collectLog } from '../support/identity.ts'
import { asEndpoint } from '../support/redis-groups.ts'
import { eventually } from '../support/until.ts'

function open(endpoint: RedisEndpoint) {
  const log = collectLog()
  const connection = new RedisConnection(endpoint, 'limits', log)
  onTestFinished(() => connection.close())
  return { connection, log, get: () => connection.ask('k', (client) => client.get('k')) }
}

/** Answers as `answer` does to commands by which a caller's data are read, and else obligingly. */
const toGet =
  (answer: FakeAnswer): FakeAnswer =>
  (words, socket) =>
    words[0] === 'GET' ? answer(words, socket) : undefined

test('a server that falls silent is disconnected once, and commands fail at once until it answers again', async () => {
  let isSilent = true
  const server = await startFakeRedis((words) =>
    isSilent && words[0] === 'GET' ? null : words[0] === 'GET' ? bulk('v') : undefined,
  )
  const { connection, get } = open(server.url)
  await connection.ready('k', 10_000)
  await expect(Promise.all([get(), get()])).rejects.toThrow('Redis did not respond within 2000 ms')
  await expect(get()).rejects.toThrow('the proxy is not connected to the Redis of limits')
  isSilent = false
  expect(await eventually(() => get().catch(() => undefined))).toBe('v')
  expect(server.connections).toBe(2)
})

test.each<[string, FakeAnswer, RegExp]>([
  [
    'a response without an end',
    (_, socket) => {
      socket.write('$9000000000\r\n')
      const flood = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(1 << 20)));
      }
      socket.on('drain', flood)
      flood()
      return null
    },
    /Redis sent more than 16777216 bytes without completing a response/,
  ],
  ['bytes of another protocol', () => 'HTTP/1.1 400 Bad Request\r\n\r\n', /Unknown RESP type/],
  ['lists within lists', () => '*1\r\n'.repeat(200_000), /call stack|Socket closed/],
])('%s ends the connection', async (_, answer, message) => {
  const server = await startFakeRedis(toGet(answer))
  const { connection, get, log } = open(server.url)
  await connection.ready('k', 10_000)
  await expect(get()).rejects.toThrow()
  await eventually(
    () => (message.test(log.lines.join()) ? true : undefined),
    () => log.lines.join(),
  )
})

test('no server is asked to announce that the connection should move', async () => {
  const server = await startFakeRedis(toGet(() => bulk('v')))
  const { connection, get } = open(server.url)
  await connection.ready('k', 10_000)
  await get()
  expect(server.commands.join()).not.toMatch(/MAINT/i)
})

test('the password is read for each connection', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'iap-redis-password-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'password')
  writeFileSync(file, 'one\n')
  let expected = 'one'
  const server = await startFakeRedis((words) => {
    if (words[0] === 'HELLO' && words.at(-1) !== expected) return `-WRONGPASS of ${words.at(-1)}\r\n`
    return words[0] === 'GET' ? bulk('v') : undefined
  })
  const { connection, get, log } = open(asEndpoint({ url: server.url, username: 'iap', password: { file } }))
  await connection.ready('k', 10_000)
  expect(await get()).toBe('v')
  // The server rotates first, and ends the connection.
  expected = 'two'
  server.disconnect()
  await eventually(() => (log.lines.join().includes('WRONGPASS') ? true : undefined))
  writeFileSync(file, 'two\n')
  expect(await eventually(() => get().catch(() => undefined))).toBe('v')
  expect(log.lines.join()).not.toMatch(/of one|of two/)
})

/** Sentinels that each name an address, or do what `answer` says. */
async function sentinels(
  named: readonly (() => string | null)[],
): Promise<{ readonly all: readonly FakeRedis[]; readonly endpoint: RedisServer }> {
  const all = await Promise.all(
    named.map((name) =>
      startFakeRedis((words) => {
        if (words[0] !== 'SENTINEL') return undefined
        const address = name()
        if (address === null || !address.includes(':')) return address
        const [host = '', port = ''] = address.split(':')
        return list(bulk(host), bulk(port))
      }),
    ),
  )
  const access = { username: null, password: null, tls: null }
  const nodes = all.map(({ url }) => url)
  return { all, endpoint: asEndpoint({ sentinel: { nodes, primary: 'sessions-db', ...access } }) }
}

test('of three sentinels one may lie, and one may be silent if the others agree', async () => {
  const [good, bad] = await Promise.all(['good', 'bad'].map((name) => startFakeRedis(toGet(() => bulk(name)))))
  if (good === undefined || bad === undefined) return
  const liar = await sentinels([() => good.host, () => bad.host, () => good.host])
  const { connection, get } = open(liar.endpoint)
  await connection.ready('k', 10_000)
  expect(await get()).toBe('good')
  const silent = await sentinels([() => good.host, () => null, () => good.host])
  const other = open(silent.endpoint)
  await other.connection.ready('k', 10_000)
  expect(await other.get()).toBe('good')
  expect(bad.connections).toBe(0)
})

test.each<[string, (good: string) => readonly (() => string | null)[], RegExp]>([
  [
    'no two agree',
    (good) => [() => good, () => '127.0.0.1:1', () => '127.0.0.1:2'],
    /fewer than 2 of 3 sentinels name the primary/,
  ],
  ['two do not know the name', (good) => [() => good, () => '_\r\n', () => '_\r\n'], /does not know the name/],
  [
    'two name no address',
    (good) => [() => good, () => '+OK\r\n', () => list(bulk('a b'), bulk('1'))],
    /the answer is not an address/,
  ],
  ['two are silent', (good) => [() => good, () => null, () => null], /did not respond within 1000 ms/],
])('no primary is used if %s', async (_, named, message) => {
  const good = await startFakeRedis(toGet(() => bulk('v')))
  const { endpoint } = await sentinels(named(good.host))
  const { get, log } = open(endpoint)
  await eventually(
    () => (message.test(log.lines.join()) ? true : undefined),
    () => log.lines.join(),
  )
  await expect(get()).rejects.toThrow('the proxy is not connected')
  expect(good.connections).toBe(0)
})

test('a primary that has been replaced is left although it answers, and so is one that no majority names any more', async () => {
  const [before, after] = await Promise.all(['before', 'after'].map((name) => startFakeRedis(toGet(() => bulk(name)))))
  if (before === undefined || after === undefined) return
  let named: string | null = before.host
  const { all, endpoint } = await sentinels([() => named, () => named, () => before.host])
  const { connection, get, log } = open(endpoint)
  await connection.ready('k', 10_000)
  expect(await get()).toBe('before')
  named = after.host
  await eventually(async () => ((await get().catch(() => '')) === 'after' ? true : undefined))
  for (const sentinel of all.slice(0, 2)) sentinel.close()
  await eventually(async () => ((await get().catch(() => null)) === null ? true : undefined))
  expect(log.lines.join()).toContain('fewer than 2 of 3 sentinels name the primary')
})

test('a server that sentinels name and that is a replica is not used', async () => {
  const replica = await startFakeRedis((words) =>
    words[0] === 'ROLE' ? list(bulk('slave')) : words[0] === 'GET' ? bulk('v') : undefined,
  )
  const { endpoint } = await sentinels([() => replica.host])
  const { get, log } = open(endpoint)
  await eventually(() => (log.lines.join().includes('is not a primary') ? true : undefined))
  await expect(get()).rejects.toThrow('the proxy is not connected')
  expect(replica.commands.join()).not.toContain('GET')
})

const slots = (host: string, first = 0, last = 16_383) => {
  const [name = '', port = ''] = host.split(':')
  return list(`:${first}\r\n`, `:${last}\r\n`, list(bulk(name), `:${port}\r\n`))
}

const SLOT_OF_K = 7629

test('redirects without an end are followed five times', async () => {
  const hosts: string[] = []
  const nodes = await Promise.all(
    [0, 1].map((index) =>
      startFakeRedis((words) => {
        if (words[0] === 'CLUSTER') return list(slots(hosts[0] ?? ''))
        return words[0] === 'GET' ? `-MOVED ${SLOT_OF_K} ${hosts[1 - index]}\r\n` : undefined
      }),
    ),
  )
  hosts.push(...nodes.map(({ host }) => host))
  const { connection, get } = open(asEndpoint({ cluster: { nodes: nodes.map(({ url }) => url), networks: [] } }))
  await connection.ready('k', 10_000)
  await expect(get()).rejects.toThrow(/^MOVED/)
  expect(nodes.flatMap(({ commands }) => commands).filter((one) => one === 'GET k')).toHaveLength(6)
})

test.each(['MOVED', 'ASK'])(
  '%s to a node that the configuration does not list is refused, and no password goes there',
  async (kind) => {
    const outside = await startFakeRedis(toGet(() => bulk('stolen')))
    const hosts: string[] = []
    const node = await startFakeRedis((words) => {
      if (words[0] === 'CLUSTER') return list(slots(hosts[0] ?? ''))
      return words[0] === 'GET' ? `-${kind} ${SLOT_OF_K} ${outside.host}\r\n` : undefined
    })
    hosts.push(node.host)
    const { connection, get } = open(asEndpoint({ cluster: { nodes: [node.url], networks: ['10.0.0.0/8'] } }))
    await connection.ready('k', 10_000)
    await expect(get()).rejects.toThrow(
      `the cluster has nodes that are neither in \`redis.cluster.nodes\` nor in \`redis.cluster.networks\`: ${outside.host}`,
    )
    expect(outside.connections).toBe(0)
  },
)

test('slots at a node that the configuration does not list are not used; within a permitted network they are', async () => {
  const other = await startFakeRedis(toGet(() => bulk('other')))
  const seed = await startFakeRedis((words) => (words[0] === 'CLUSTER' ? list(slots(other.host)) : undefined))
  const refused = open(asEndpoint({ cluster: { nodes: [seed.url], networks: [] } }))
  await eventually(() =>
    refused.log.lines.join().includes(`nor in \`redis.cluster.networks\`: ${other.host}`) ? true : undefined,
  )
  await expect(refused.get()).rejects.toThrow('the proxy is not connected')
  expect(other.connections).toBe(0)
  const permitted = open(asEndpoint({ cluster: { nodes: [seed.url], networks: ['127.0.0.0/8'] } }))
  await permitted.connection.ready('k', 10_000)
  expect(await permitted.get()).toBe('other')
})

test('two problems that take turns are each logged once', async () => {
  const outside = ['127.0.0.2:7000', '127.0.0.3:7000']
  let turn = 0
  const node = await startFakeRedis((words) => {
    if (words[0] === 'CLUSTER') return list(slots(node.host))
    return words[0] === 'GET' ? `-MOVED ${SLOT_OF_K} ${outside[turn++ % 2]}\r\n` : undefined
  })
  const { connection, get, log } = open(asEndpoint({ cluster: { nodes: [node.url], networks: [] } }))
  await connection.ready('k', 10_000)
  for (let round = 0; round < 6; round++) await expect(get()).rejects.toThrow(outside[round % 2])
  expect(log.lines.filter((line) => line.includes('redis.cluster.networks'))).toHaveLength(2)
})

test.each<[string, string]>([
  ['no list', '+OK\r\n'],
  ['a slot that there is not', list(list(':0\r\n', ':16384\r\n', list(bulk('127.0.0.1'), ':1\r\n')))],
  ['no cluster', '-ERR This instance has cluster support disabled\r\n'],
])('a node that answers with %s serves no slot', async (_, answer) => {
  const node = await startFakeRedis((words) => (words[0] === 'CLUSTER' ? answer : undefined))
  const { get, log } = open(asEndpoint({ cluster: { nodes: [node.url], networks: [] } }))
  await eventually(() => (log.lines.join().includes(`the node ${node.host} gives no slots`) ? true : undefined))
  await expect(get()).rejects.toThrow('the proxy is not connected')
})

test('ASKING comes just before the command that it is for', async () => {
  const importing = await startFakeRedis((words) => (words[0] === 'GET' ? bulk('v') : undefined))
  const hosts: string[] = []
  const node = await startFakeRedis((words) => {
    if (words[0] === 'CLUSTER') return list(slots(hosts[0] ?? ''))
    return words[0] === 'GET' ? `-ASK ${SLOT_OF_K} ${importing.host}\r\n` : undefined
  })
  hosts.push(node.host)
  const { connection, get } = open(asEndpoint({ cluster: { nodes: [node.url], networks: ['127.0.0.1/32'] } }))
  await connection.ready('k', 10_000)
  expect(await Promise.all([get(), get(), get()])).toEqual(['v', 'v', 'v'])
  const asked = importing.commands.filter((one) => /^(?:ASKING|GET)/.test(one))
  expect(asked).toEqual(['ASKING', 'GET k', 'ASKING', 'GET k', 'ASKING', 'GET k'])
})
