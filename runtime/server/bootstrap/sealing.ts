import { readSecret } from '../../base/secret.ts'
import { type Problem, problemAt } from '../../base/startup-error.ts'
import { MIN_SECRET } from '../../identity/sessions/index.ts'
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
