import type { ConfigPath } from '../../../base/config-error.ts'
import type { RedisEndpoint, RedisServer } from '../../../base/redis-server.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig } from '../raw-config.ts'
import { type Reading, readPath } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

/** The text by which other sections refer to the section `redis`. */
export const SHARED_REDIS = 'shared'

/** Reads the section `redis`, and reports its problems. */
export function readRedis({ redis }: RawConfig, reading: Reading): RedisServer | null {
  if (redis === undefined) return null
  const { url = '', username = null, password, tls } = redis
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (redis.url !== undefined && (parsed === null || parsed.hostname === ''))
    reading.problem(['redis', 'url'], '`redis.url` must be a URL such as `rediss://redis.internal:6379`')
  // The URL may have a password, so it is not quoted.
  else if (parsed !== null && (parsed.username !== '' || parsed.password !== ''))
    reading.problem(
      ['redis', 'url'],
      '`redis.url` must not contain a user or a password: use `redis.username` and `redis.password`',
    )
  if (username !== null && !('password' in redis))
    reading.problem(['redis', 'username'], '`redis.username` needs `redis.password`', true)
  if (tls !== undefined && parsed !== null && parsed.protocol !== 'rediss:')
    reading.problem(['redis', 'tls'], '`redis.tls` needs a `redis.url` with `rediss:`', true)
  if (tls !== undefined && 'cert' in tls !== 'key' in tls)
    reading.problem(['redis', 'tls'], '`redis.tls.cert` and `redis.tls.key` must be set together', true)
  const file = (path: string | undefined) => (path === undefined ? null : readPath(path, reading))
  return {
    url,
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
