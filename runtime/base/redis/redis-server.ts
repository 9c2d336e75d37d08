import type { RedisClientOptions } from '@redis/client'
import { readRegularText } from '../files/read-regular.ts'
import { readSecret, type SecretRef } from '../secret.ts'
import { environment, type Problem } from '../startup-error.ts'

/** Credentials and TLS settings of a Redis or a sentinel. Secrets and files are read again for each connection. */
export interface RedisAccess {
  /** ACL user; `null` for the default user. */
  readonly username: string | null
  readonly password: SecretRef | null
  /** TLS settings of `rediss:` URLs; `null` for Node's certificate authorities and no client certificate. */
  readonly tls: RedisTls | null
}

/** A Redis with credentials and TLS settings of its own: one server, a primary that sentinels name, or a Redis Cluster. */
export interface RedisServer extends RedisAccess {
  /** URL of the one server, without user and password: `redis://…` or `rediss://…`. `null` for Sentinel and Cluster. */
  readonly url: string | null
  readonly sentinel: RedisSentinel | null
  readonly cluster: RedisCluster | null
}

/** Sentinels that name the current primary. */
export interface RedisSentinel extends RedisAccess {
  /** URLs of the sentinels, without user and password. */
  readonly nodes: readonly string[]
  /** Name of the primary in the configuration of the sentinels. */
  readonly primary: string
}

export interface RedisCluster {
  /** URLs of nodes, without user and password, all with the same scheme. */
  readonly nodes: readonly string[]
  /** Networks such as `10.0.0.0/8` in which the cluster may have further nodes. */
  readonly networks: readonly string[]
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

type ConnectionOptions = Pick<RedisClientOptions, 'username' | 'password'> & { readonly url: string; readonly socket: object }

/**
 * Returns the options of a client: address, credentials and TLS settings. Reads the files.
 *
 * @param access `null` if the URL has the credentials
 * @throws the problem as an error if a secret or a file is unavailable
 */
export function redisOptions(url: string, access: RedisAccess | null): ConnectionOptions {
  if (access === null) return { url, socket: {} }
  const { options, problems } = readAccess(access, url.startsWith('rediss:'))
  const [problem] = problems
  if (problem !== undefined) throw new Error(problem.problem.message)
  return { url, ...options }
}

/** Returns the host and port of a URL, for messages. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

/** Returns the host and port of a Redis, or of its sentinels or nodes, for messages. */
export function redisHost(endpoint: RedisEndpoint): string {
  if (typeof endpoint === 'string') return hostOf(endpoint)
  const { url, sentinel, cluster } = endpoint
  if (sentinel !== null) return `${sentinel.primary} of ${sentinel.nodes.map(hostOf).join(', ')}`
  return cluster === null ? hostOf(url ?? '') : cluster.nodes.map(hostOf).join(', ')
}

/** Returns the problems with the secrets and files of a server, each with its key below `redis`. */
export function redisProblems(server: RedisServer): readonly ServerProblem[] {
  const { url, sentinel, cluster, tls } = server
  const isTls = (url ?? cluster?.nodes[0])?.startsWith('rediss:') ?? tls !== null
  const { problems } = readAccess(server, isTls)
  if (sentinel === null) return problems
  const ofSentinel = readAccess(sentinel, sentinel.tls !== null).problems
  return [...problems, ...ofSentinel.map(({ path, problem }) => ({ path: ['sentinel', ...path], problem }))]
}

interface ServerProblem {
  readonly path: readonly string[]
  readonly problem: Problem
}

function readAccess({ username, password, tls }: RedisAccess, isTls: boolean) {
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
  const serverName = tls?.serverName ?? null
  const socket = isTls && {
    tls: true,
    ...(serverName !== null && { servername: serverName }),
    ...file('ca'),
    ...file('cert'),
    ...file('key'),
  }
  const options = {
    ...(username !== null && { username }),
    ...(typeof secret === 'string' && { password: secret }),
    socket: socket || {},
  }
  return { options, problems }
}
