import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { messageOf } from '../../base/errors.ts'
import { RedisConnection } from '../../base/redis-connection.ts'
import { type RedisEndpoint, redisHost, redisProblems } from '../../base/redis-server.ts'
import { connectionAdvice } from './advice.ts'
import { type DoctorContext, SILENT } from './context.ts'
import type { DoctorCheck, Reporter } from './diagnosis.ts'

/** A Redis that the configuration names. */
interface Use {
  /** Configuration key with its URL. */
  readonly place: string
  readonly url: RedisEndpoint
  /** Beginning of the names of the keys that the proxy writes; `null` if it writes no keys there. */
  readonly prefix: string | null
  /** Whether lost keys end sessions or make the proxy forget revocations. */
  readonly isDurable: boolean
}

/** Oldest version with access control lists, by which `docs/reference/sessions.md` limits the proxy's user. */
const LEAST_VERSION = 6

/** Returns a check for each configured Redis. */
export function redisChecks(context: DoctorContext): readonly DoctorCheck[] {
  return usesOf(context.config).map((use) => ({
    name: 'redis',
    place: use.place,
    run: (report) => checkRedis(use, context, report),
  }))
}

function usesOf({ sessions, limiting, bundle, audit, fleet }: DoctorContext['config']): readonly Use[] {
  const all: Use[] = []
  if (sessions.store.kind === 'redis')
    all.push({ place: 'sessions.store', url: sessions.store.url, prefix: 'iap:', isDurable: true })
  if (limiting.store.kind === 'redis')
    all.push({ place: 'limits.store', url: limiting.store.url, prefix: limiting.prefix, isDurable: false })
  if (bundle?.notice) all.push({ place: 'bundle.notice.redis', url: bundle.notice.redis, prefix: null, isDurable: false })
  if (fleet !== null) all.push({ place: 'fleet.redis', url: fleet.redis, prefix: fleet.prefix, isDurable: false })
  for (const [index, sink] of audit.entries())
    if (sink.kind === 'redis') all.push({ place: `audit[${index}].redis`, url: sink.url, prefix: null, isDurable: false })
  return all
}

async function checkRedis({ place, url, prefix, isDurable }: Use, { signal }: DoctorContext, report: Reporter): Promise<void> {
  const host = redisHost(url)
  const [unread] = typeof url === 'string' ? [] : redisProblems(url)
  if (unread !== undefined) {
    const advice = `correct \`redis.${unread.path.join('.')}\``
    return report('problem', `the Redis at \`${host}\` cannot be used: ${unread.problem.message}`, { advice })
  }
  const connection = new RedisConnection(url, 'iap doctor', SILENT)
  const { client } = connection
  const end = () => client.destroy()
  signal.addEventListener('abort', end, { once: true })
  try {
    // Fails with the first error; else, the client would connect again and again.
    const ready = once(client, 'ready')
    connection.connect(client)
    await ready
    await connection.ask((redis) => redis.ping())
    report('ok', `the Redis at \`${host}\` accepts the connection and the credentials`)
    await checkServer(connection, isDurable, report)
    if (prefix !== null) await checkWrite(connection, prefix, host, report)
  } catch (error) {
    const reason = connection.withoutPassword(reasonOf(error)).trim()
    report('problem', `the Redis at \`${host}\` cannot be used: ${reason}`, { advice: adviceFor(reason, url, place) })
  } finally {
    signal.removeEventListener('abort', end)
    if (client.isOpen) client.destroy()
  }
}

async function checkServer(connection: RedisConnection, isDurable: boolean, report: Reporter): Promise<void> {
  const info = await connection.ask((redis) => redis.info()).catch(() => null)
  if (info === null)
    return report('warning', 'the user may not call `INFO`, so version and eviction policy are unknown', {
      advice: 'add `+info` to the ACL of the user',
    })
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1]
  const version = field('redis_version')
  if (Number.parseInt(version ?? '', 10) < LEAST_VERSION)
    report('warning', `the version of the Redis is ${version}`, { advice: `use version ${LEAST_VERSION} or newer` })
  const policy = field('maxmemory_policy') ?? 'noeviction'
  if (isDurable && policy !== 'noeviction' && field('maxmemory') !== '0')
    report(
      'warning',
      `the Redis ends sessions and forgets revocations when its memory is full (\`maxmemory-policy ${policy}\`)`,
      {
        advice: 'set `maxmemory-policy noeviction` in the configuration of the Redis',
      },
    )
}

/** Writes a key of its own and removes it in one step, as the proxy writes: by a script. */
const PROBE = "redis.call('set', KEYS[1], '', 'PX', 1000) return redis.call('del', KEYS[1])"

async function checkWrite(connection: RedisConnection, prefix: string, host: string, report: Reporter): Promise<void> {
  await connection.run(PROBE, [`${prefix}doctor:${randomUUID()}`], [])
  report('ok', `keys with the prefix \`${prefix}\` can be written at \`${host}\``)
}

/** Several addresses of one host may fail, each for its reason. */
function reasonOf(error: unknown): string {
  const { code, errors } = error as { readonly code?: unknown; readonly errors?: readonly unknown[] }
  return messageOf(error) || String(code ?? messageOf(errors?.[0]))
}

function adviceFor(reason: string, endpoint: RedisEndpoint, place: string): string {
  const isShared = typeof endpoint !== 'string'
  if (isShared && /WRONGPASS|NOAUTH|without any password|invalid (?:username|password)/i.test(reason))
    return 'correct `redis.username` and `redis.password`'
  const address = isShared ? 'redis.url' : place
  const found = ADVICE.find(([pattern]) => pattern.test(reason))
  return found?.[1].replaceAll('PLACE', address) ?? connectionAdvice(reason, { address, ca: isShared ? 'redis.tls.ca' : null })
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/alert certificate required/, 'set `redis.tls.cert` and `redis.tls.key`: the Redis requires a client certificate'],
  [/WRONGPASS|invalid (?:username|password)/i, 'correct the user and the password in `PLACE`: `redis://USER:PASSWORD@HOST:PORT`'],
  [/NOAUTH|without any password configured/, 'add the password to `PLACE`, or remove it there if the Redis has none'],
  [/NOPERM|no permissions/i, 'give the user the commands and keys that `docs/reference/sessions.md` lists (`ACL SETUSER`)'],
  [/READONLY|read only replica/i, 'name the primary in `PLACE`: this Redis is a replica'],
  [/MASTERDOWN|LOADING|CLUSTERDOWN/, 'wait until the Redis is ready, or name another one in `PLACE`'],
  [/OOM/, 'raise `maxmemory` of the Redis'],
  [/MISCONF/, 'free space on the disk of the Redis, which cannot save its data'],
  [/out of range|SELECT/i, 'correct the number of the database in `PLACE`'],
]
