import { redisProblems } from '../../base/redis/redis-server.ts'
import { readSecret } from '../../base/secret.ts'
import { type Problem, problemAt } from '../../base/startup-error.ts'
import type { Config } from '../config/index.ts'

/**
 * Returns a problem if the secret for the bundle source, a token or password, cannot be read. The secret is read again for each
 * request to the source.
 */
export function sourceSecretProblems({ bundle, source }: Config): Problem[] {
  if (bundle === null || bundle.source.kind === 'file') return []
  const [key, ref] =
    bundle.source.kind === 'https' ? (['token', bundle.source.token] as const) : (['password', bundle.source.password] as const)
  const secret = ref === null ? '' : readSecret(ref)
  return typeof secret === 'string' ? [] : [problemAt(source, ['bundle', key], secret)]
}

/** Returns the problems with the password and the TLS files of the section `redis`. */
export function redisSecretProblems({ redis, source }: Config): Problem[] {
  if (redis === null) return []
  return redisProblems(redis).map(({ path, problem }) => problemAt(source, ['redis', ...path], problem))
}
