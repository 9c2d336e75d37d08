import type { RedisClientOptions } from '@redis/client'
import { readRegularText } from './files/read-regular.ts'
import { readSecret, type SecretRef } from './secret.ts'
import { environment, type Problem } from './startup-error.ts'

/** A Redis with credentials and TLS settings of its own. */
export interface RedisServer {
  /** URL without user and password: `redis://…` or `rediss://…`. */
  readonly url: string
  /** ACL user; `null` for the default user. */
  readonly username: string | null
  readonly password: SecretRef | null
  /** TLS settings of a `rediss:` URL; `null` for Node's certificate authorities and no client certificate. */
  readonly tls: RedisTls | null
}

/** Files are absolute paths of PEM files, and `null` where there is none. */
export interface RedisTls {
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
  /** Host that the certificate must be for; `null` for the host of the URL. */
  readonly serverName: string | null
}

/** A URL, which may have a user and a password, or a server with settings of its own. */
export type RedisEndpoint = string | RedisServer

type ConnectionOptions = Pick<RedisClientOptions, 'url' | 'username' | 'password'> & { readonly socket: object }

/**
 * Returns the options of a client: address, credentials and TLS settings. Reads the files.
 *
 * @throws the problem as an error if a secret or a file is unavailable
 */
export function redisOptions(endpoint: RedisEndpoint): ConnectionOptions {
  if (typeof endpoint === 'string') return { url: endpoint, socket: {} }
  const { options, problems } = readServer(endpoint)
  const [problem] = problems
  if (problem !== undefined) throw new Error(problem.problem.message)
  return options
}

/** Returns host and port, for messages. */
export function redisHost(endpoint: RedisEndpoint): string {
  return new URL(typeof endpoint === 'string' ? endpoint : endpoint.url).host
}

/** Returns the problems with the secrets and files of a server, each with its key below `redis`. */
export function redisProblems(server: RedisServer): readonly ServerProblem[] {
  return readServer(server).problems
}

interface ServerProblem {
  readonly path: readonly string[]
  readonly problem: Problem
}

function readServer({ url, username, password, tls }: RedisServer) {
  const problems: ServerProblem[] = []
  const secret = password && readSecret(password, 'the password of the Redis')
  if (secret !== null && typeof secret !== 'string') problems.push({ path: ['password'], problem: secret })
  const file = (key: 'ca' | 'cert' | 'key'): { readonly [name in typeof key]?: string } => {
    const path = tls?.[key] ?? null
    if (path === null) return {}
    try {
      return { [key]: readRegularText(path) }
    } catch (error) {
      const problem = environment(`the file \`${path}\` cannot be read: ${(error as Error).message}`)
      problems.push({ path: ['tls', key], problem })
      return {}
    }
  }
  const isTls = url.startsWith('rediss:')
  const serverName = tls?.serverName ?? null
  const socket = isTls && {
    tls: true,
    ...(serverName !== null && { servername: serverName }),
    ...file('ca'),
    ...file('cert'),
    ...file('key'),
  }
  const options: ConnectionOptions = {
    url,
    ...(username !== null && { username }),
    ...(typeof secret === 'string' && { password: secret }),
    socket: socket || {},
  }
  return { options, problems }
}
