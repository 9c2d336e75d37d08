import { parseAddressRange } from '../../../../request/index.ts'
import type { ConfigPath } from '../../../base/config-error.ts'
import type { RedisAccess, RedisCluster, RedisEndpoint, RedisSentinel, RedisServer } from '../../../base/redis/redis-server.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig } from '../raw-config.ts'
import { items, type Reading, readPath } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

/** The text by which other sections refer to the section `redis`. */
export const SHARED_REDIS = 'shared'

type RawRedis = NonNullable<RawConfig['redis']>

/** Reads the section `redis`, and reports its problems. */
export function readRedis({ redis }: RawConfig, reading: Reading): RedisServer | null {
  if (redis === undefined) return null
  const kinds = (['url', 'sentinel', 'cluster'] as const).filter((kind) => kind in redis)
  if (kinds.length !== 1) reading.problem(['redis'], '`redis` needs one of `url`, `sentinel` and `cluster`', kinds.length === 0)
  const urls: readonly (string | undefined)[] = redis.cluster?.nodes ?? [redis.url]
  if (redis.url !== undefined) checkUrl(redis.url, ['redis', 'url'], reading)
  return {
    url: redis.url ?? null,
    sentinel: readSentinel(redis, reading),
    cluster: readCluster(redis, reading),
    ...readAccess(redis, ['redis'], redis.sentinel === undefined ? urls : null, reading),
  }
}

function readSentinel({ sentinel }: RawRedis, reading: Reading): RedisSentinel | null {
  if (sentinel === undefined) return null
  const at = ['redis', 'sentinel'] as const
  const nodes = readNodes(sentinel.nodes, [...at, 'nodes'], reading)
  return { nodes, primary: sentinel.primary ?? '', ...readAccess(sentinel, at, nodes, reading) }
}

function readCluster({ cluster }: RawRedis, reading: Reading): RedisCluster | null {
  if (cluster === undefined) return null
  const nodes = readNodes(cluster.nodes, ['redis', 'cluster', 'nodes'], reading)
  const networks = items(cluster.networks, ['redis', 'cluster', 'networks'])
  for (const [network, path] of networks)
    if (parseAddressRange(network) === null)
      reading.problem(path, `${named(path)} must be a network such as \`10.0.0.0/8\`, not \`${network}\``)
  return { nodes, networks: networks.map(([network]) => network) }
}

/** Reads URLs of several servers. All have one scheme, because servers name each other without a scheme. */
function readNodes(list: readonly (string | undefined)[] = [], path: ConfigPath, reading: Reading): readonly string[] {
  const pairs = items(list, path)
  const nodes = pairs.map(([url]) => url)
  for (const [url, at] of pairs) {
    checkUrl(url, at, reading)
    if (URL.canParse(url) && /^\/\d/.test(new URL(url).pathname))
      reading.problem(at, `${named(at)} must not contain the number of a database`)
  }
  if (new Set(nodes.map((url) => url.split(':')[0])).size > 1)
    reading.problem(path, `${named(path)} must all begin with \`redis:\`, or all with \`rediss:\``)
  return nodes
}

function checkUrl(url: string, path: ConfigPath, reading: Reading): void {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || parsed.hostname === '')
    reading.problem(path, `${named(path)} must be a URL such as \`rediss://redis.internal:6379\``)
  // The URL may have a password, so it is not quoted.
  else if (parsed.username !== '' || parsed.password !== '') {
    const section = named(path.slice(0, path[1] === 'sentinel' ? 2 : 1)).slice(0, -1)
    const message = `must not contain a user or a password: use ${section}.username\` and ${section}.password\``
    reading.problem(path, `${named(path)} ${message}`)
  }
}

/** @param urls URLs that the settings apply to; `null` if they may be used with and without TLS */
function readAccess(
  raw: Pick<RawRedis, 'username' | 'password' | 'tls'>,
  path: readonly string[],
  urls: readonly (string | undefined)[] | null,
  reading: Reading,
): RedisAccess {
  const section = path.join('.')
  const { username = null, password, tls } = raw
  if (username !== null && password === undefined)
    reading.problem([...path, 'username'], `\`${section}.username\` needs \`${section}.password\``, true)
  if (tls !== undefined && urls?.some((url) => url?.startsWith('redis:'))) {
    const key = path.length === 1 && urls.length === 1 ? 'a `redis.url` with `rediss:`' : 'URLs with `rediss:`'
    reading.problem([...path, 'tls'], `\`${section}.tls\` needs ${key}`, true)
  }
  if (tls !== undefined && 'cert' in tls !== 'key' in tls)
    reading.problem([...path, 'tls'], `\`${section}.tls.cert\` and \`${section}.tls.key\` must be set together`, true)
  const file = (name: string | undefined) => (name === undefined ? null : readPath(name, reading))
  return {
    username,
    password: password === undefined ? null : readSecretRef(password, reading),
    tls:
      tls === undefined
        ? null
        : { ca: file(tls.ca), cert: file(tls.cert), key: file(tls.key), serverName: tls.serverName ?? null },
  }
}

/** Reads a value that is the URL of a Redis, or `shared` for the Redis of the section `redis`. */
export function readRedisEndpoint(text: string | undefined, path: ConfigPath, raw: RawConfig, reading: Reading): RedisEndpoint {
  if (text === undefined) return ''
  if (text === SHARED_REDIS) {
    if (!('redis' in raw)) reading.problem(path, `${named(path)} is \`shared\`, which needs the section \`redis\``)
    // The section itself reports its problems.
    return readRedis(raw, { ...reading, problem: () => {} }) ?? ''
  }
  if (!URL.canParse(text) || new URL(text).hostname === '') {
    const others = path.at(-1) === 'store' ? '`memory`, `shared`' : '`shared`'
    reading.problem(path, `${named(path)} must be ${others} or a URL such as \`redis://redis.example:6379\``)
  }
  return text
}
