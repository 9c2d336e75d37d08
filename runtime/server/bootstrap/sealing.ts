import { readSecret } from '../../base/secret.ts'
import { type Problem, problemAt } from '../../base/startup-error.ts'
import { KeyRing, MIN_SECRET, newSecret } from '../../identity/sessions/index.ts'
import type { Config } from '../config/index.ts'

export function sealing({ sessions, source }: Config): {
  readonly secrets: readonly string[]
  readonly problems: readonly Problem[]
} {
  const secrets: string[] = []
  const problems: Problem[] = []
  for (const [index, ref] of sessions.keys.entries()) {
    const secret = readSecret(ref, 'the key', MIN_SECRET)
    if (typeof secret === 'string') secrets.push(secret)
    else problems.push(problemAt(source, ['sessions', 'keys', index], secret))
  }
  return { secrets, problems }
}

/**
 * Returns the keys that seal refusals for asking proxies, which get them with a second request: those of sessions, which all
 * machines share, else the secret that the processes of this one share.
 *
 * @param secret the shared secret; without it, there is only this process
 */
export function refusalKeys(config: Config, secret: string = newSecret()): KeyRing {
  const { secrets } = sealing(config)
  return new KeyRing(secrets.length > 0 ? secrets : [secret])
}
