import { messageOf } from '../../../base/errors.ts'
import { RedisLink } from '../../../base/redis/redis-link.ts'
import { hostOf, type RedisAccess } from '../../../base/redis/redis-server.ts'
import { connectionAdvice } from '../advice.ts'

/** A server to connect to, and where the configuration has it. */
export interface CheckedServer {
  readonly url: string
  /** `null` if the URL has the credentials. */
  readonly access: RedisAccess | null
  /** Configuration key with its address. */
  readonly address: string
  /** Configuration key of its credentials and TLS settings. Default: `redis`. */
  readonly section?: string
}

/** A server that cannot be used: why, and what to change. */
export class RedisProblem extends Error {
  readonly advice: string

  constructor(message: string, advice: string) {
    super(message)
    this.advice = advice
  }
}

/**
 * Connects to a server, and returns what `use` makes of the connection. The connection is not opened again.
 *
 * @throws RedisProblem if the connection or `use` fails, or the signal is aborted
 */
export async function openOnce<T>(server: CheckedServer, signal: AbortSignal, use: (link: RedisLink) => Promise<T>): Promise<T> {
  const { url, access } = server
  const passwords = URL.canParse(url) ? [decodeURIComponent(new URL(url).password)] : []
  let link: RedisLink | null = null
  let end = () => {}
  try {
    const failed = new Promise<never>((_, reject) => {
      end = () => reject(new Error('the Redis did not answer in time'))
      signal.addEventListener('abort', end, { once: true })
      link = new RedisLink({
        url,
        access,
        up: () => resolved(),
        down: reject,
        secret: (password) => void passwords.push(password),
      })
    })
    let resolved = () => {}
    const up = new Promise<void>((resolve) => {
      resolved = resolve
    })
    await Promise.race([up, failed])
    return await Promise.race([use(link as unknown as RedisLink), failed])
  } catch (error) {
    const reason = passwords
      .filter((one) => one !== '')
      .reduce((text, one) => text.replaceAll(one, '***'), reasonOf(error))
      .trim()
    throw new RedisProblem(`the Redis at \`${hostOf(url)}\` cannot be used: ${reason}`, adviceFor(reason, server))
  } finally {
    signal.removeEventListener('abort', end)
    ;(link as RedisLink | null)?.close()
  }
}

/** Several addresses of one host may fail, each for its reason. */
function reasonOf(error: unknown): string {
  const { code, errors } = error as { readonly code?: unknown; readonly errors?: readonly unknown[] }
  return messageOf(error) || String(code ?? messageOf(errors?.[0]))
}

function adviceFor(reason: string, { access, address, section = 'redis' }: CheckedServer): string {
  const isShared = access !== null
  if (isShared && /WRONGPASS|NOAUTH|without any password|invalid (?:username|password)/i.test(reason))
    return `correct \`${section}.username\` and \`${section}.password\``
  const found = ADVICE.find(([pattern]) => pattern.test(reason))
  return (
    found?.[1].replaceAll('PLACE', address) ?? connectionAdvice(reason, { address, ca: isShared ? `${section}.tls.ca` : null })
  )
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
