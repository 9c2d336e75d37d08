import { randomUUID } from 'node:crypto'
import { requirePrimary } from '../../../base/redis/redis-connection.ts'
import type { RedisLink } from '../../../base/redis/redis-link.ts'
import { hostOf } from '../../../base/redis/redis-server.ts'
import type { Reporter } from '../diagnosis.ts'
import { type CheckedServer, openOnce, RedisProblem } from './open-once.ts'

/** What the proxy does with a Redis. */
export interface ServerUse {
  /** Configuration key that names the Redis. */
  readonly place: string
  /** Beginning of the names of the keys that the proxy writes; `null` if it writes no keys there. */
  readonly prefix: string | null
  /** Whether lost keys end sessions or make the proxy forget revocations. */
  readonly isDurable: boolean
}

interface Options extends CheckedServer, ServerUse {
  /** Whether sentinels name the server, which must then be a primary. */
  readonly mustBePrimary?: boolean
  /** Key to write. Default: a random one with the prefix. */
  readonly key?: string
}

/** Oldest version with access control lists, by which `docs/reference/sessions.md` limits the proxy's user. */
const LEAST_VERSION = 6

/** Checks one server: its connection, its version and eviction policy, and whether the proxy may write its keys. */
export async function checkServer(options: Options, signal: AbortSignal, report: Reporter): Promise<void> {
  const { url, prefix, isDurable, mustBePrimary = false, key = `${prefix}doctor:${randomUUID()}` } = options
  const host = hostOf(url)
  try {
    await openOnce(options, signal, async (link) => {
      if (mustBePrimary) await link.send(requirePrimary)
      await link.send((client) => client.ping())
      report('ok', `the Redis at \`${host}\` accepts the connection and the credentials`)
      await checkInfo(link, isDurable, report)
      if (prefix === null) return
      await link.send((client) => client.eval(PROBE, { keys: [key], arguments: [] }))
      report('ok', `keys with the prefix \`${prefix}\` can be written at \`${host}\``)
    })
  } catch (error) {
    if (!(error instanceof RedisProblem)) throw error
    report('problem', error.message, { advice: error.advice })
  }
}

async function checkInfo(link: RedisLink, isDurable: boolean, report: Reporter): Promise<void> {
  const info = await link.send((client) => client.info()).catch(() => null)
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
