/** What `iap doctor` says of sentinels, of nodes of a Redis Cluster, and of a Redis that means harm. */

import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Config } from '../../runtime/server/config/index.ts'
import { loadBundle } from '../../runtime/server/doctor/load-bundle.ts'
import { bulk, type FakeAnswer, list, startFakeRedis } from '../support/fake-redis.ts'
import { anIssuer, setUp } from './set-up.ts'

const INFO = bulk('redis_version:7.0.0\r\nmaxmemory:0\r\n')
const named = (host: string) => {
  const [name = '', port = ''] = host.split(':')
  return list(bulk(name), bulk(port))
}
const working: FakeAnswer = ([name]) => (name === 'INFO' ? INFO : undefined)

/** Results about Redis of a configuration with this section `redis`. */
async function diagnosed(section: object): Promise<readonly string[]> {
  const more = `redis: ${JSON.stringify(section)}\nlimits: { store: shared }`
  const { doctor } = await setUp(await anIssuer(), { more })
  const { checks } = await doctor()
  return checks
    .filter((one) => one.check === 'redis')
    .map(({ result, message, advice }) => `${result}: ${message}${advice === null ? '' : ` | ${advice}`}`)
}

const sentinel = async (answers: readonly FakeAnswer[]) => {
  const all = await Promise.all(answers.map((answer) => startFakeRedis(answer)))
  return { all, section: { sentinel: { nodes: all.map(({ url }) => url), primary: 'sessions-db' } } }
}

test('sentinels that name a primary that works', async () => {
  const primary = await startFakeRedis(working)
  const says: FakeAnswer = ([name]) => (name === 'SENTINEL' ? named(primary.host) : undefined)
  const { section } = await sentinel([says, says, says])
  expect(await diagnosed(section)).toEqual([
    `ok: 3 of 3 sentinels name the primary \`${primary.host}\``,
    `ok: the Redis at \`${primary.host}\` accepts the connection and the credentials`,
    `ok: keys with the prefix \`iap:\` can be written at \`${primary.host}\``,
  ])
})

test('sentinels that do not know the name, are away, or name a replica', async () => {
  const replica = await startFakeRedis((words) => (words[0] === 'ROLE' ? list(bulk('slave')) : working(words, null as never)))
  const unknown: FakeAnswer = ([name]) => (name === 'SENTINEL' ? '_\r\n' : undefined)
  const says: FakeAnswer = ([name]) => (name === 'SENTINEL' ? named(replica.host) : undefined)
  const one = await sentinel([unknown, unknown, says])
  expect(await diagnosed(one.section)).toEqual([
    expect.stringMatching(
      /^problem: the sentinel at `\S+` does not know the primary `sessions-db` \| correct `redis.sentinel.primary`/,
    ),
    expect.stringMatching(/does not know/),
    expect.stringMatching(/^problem: fewer than 2 of 3 sentinels name the same primary: 1 × `\S+` \| list all sentinels/),
  ])
  const two = await sentinel([says, says, says])
  two.all[0]?.close()
  expect(await diagnosed(two.section)).toEqual([
    expect.stringMatching(
      /^problem: the sentinel at `\S+` cannot be used: .*ECONNREFUSED.* host and port of `redis.sentinel.nodes`/,
    ),
    expect.stringMatching(/^ok: 2 of 3 sentinels name/),
    expect.stringMatching(/^problem: the Redis at `\S+` cannot be used: the server that the sentinels name is not a primary/),
  ])
})

test('a cluster: a node that is away, slots without a node, a node that is not listed, and a user without the keys', async () => {
  const hosts: string[] = []
  const slots = (first: number, last: number, host = '') => {
    const [name = '', port = ''] = host.split(':')
    return list(`:${first}\r\n`, `:${last}\r\n`, list(bulk(name), `:${port}\r\n`))
  }
  const map: FakeAnswer = ([name]) =>
    name === 'CLUSTER'
      ? list(slots(0, 8191, hosts[0]), slots(8192, 9000, hosts[1]), slots(9001, 9010, '192.0.2.1:6379'))
      : undefined
  const one = await startFakeRedis((words, socket) => map(words, socket) ?? working(words, socket))
  const two = await startFakeRedis((words, socket) => {
    if (words[0] === 'EVAL') return '-NOPERM this user has no permissions to access one of the keys\r\n'
    return map(words, socket) ?? working(words, socket)
  })
  const three = await startFakeRedis(working)
  three.close()
  hosts.push(one.host, two.host)
  const nodes = [one, two, three].map(({ url }) => url)
  const found = await diagnosed({ cluster: { nodes } })
  expect(found).toHaveLength(7)
  expect(found).toEqual(
    expect.arrayContaining([
      `ok: keys with the prefix \`iap:\` can be written at \`${one.host}\``,
      `ok: the Redis at \`${one.host}\` accepts the connection and the credentials`,
      `ok: the Redis at \`${two.host}\` accepts the connection and the credentials`,
      expect.stringMatching(/^problem: 7383 of 16384 slots of the cluster have no usable node/),
      expect.stringMatching(/^problem: the Redis at `\S+` cannot be used: NOPERM .* give the user the commands and keys/),
      expect.stringMatching(/^problem: the Redis at `\S+` cannot be used: .*ECONNREFUSED/),
      expect.stringMatching(/^problem: the cluster has nodes that the configuration does not list: `192.0.2.1:6379` \| add them/),
    ]),
  )
  // The key that is written is one of the node.
  expect(one.commands.some((text) => text.includes('EVAL'))).toBe(true)
})

test('a Redis whose answer does not end is left', async () => {
  const hostile = await startFakeRedis(([name], socket) => {
    if (name !== 'PING') return undefined
    socket.write('$9000000000\r\n')
    const flood = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(1 << 20)));
    }
    socket.on('drain', flood)
    flood()
    return null
  })
  expect(await diagnosed({ url: hostile.url })).toEqual([
    expect.stringMatching(/^problem: .* Redis sent more than 16777216 bytes without completing a response/),
  ])
})

test('a server of bundles that never finishes its TLS handshake is left at once when the time is over', async () => {
  const over = new AbortController()
  const server = createServer((socket: Socket) => socket.on('error', () => {}).resume())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/p.iapb`
  const bundle = { source: { kind: 'https', url, token: null, wait: 0 }, keys: [], signatures: 1 }
  const loaded = loadBundle({ bundle } as unknown as Config, over.signal)
  const [socket] = await accepted
  const closed = once(socket, 'close')
  over.abort()
  expect(await loaded).toMatchObject({ kind: 'unreadable', message: 'the server did not answer in time' })
  await closed
})
