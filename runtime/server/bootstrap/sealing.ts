import { type ConfigError, renderConfigError } from '../../base/config-error.ts'
import { resolveSecret, type SecretRef } from '../../base/secret.ts'
import { content, environment, type Problem } from '../../base/startup-error.ts'
import { MIN_SECRET } from '../../identity/sessions/index.ts'
import type { Config } from '../config/index.ts'

/** Reads the secrets that seal sessions. */
export function sealing({ sessions, source }: Config): {
  readonly secrets: readonly string[]
  readonly problems: readonly Problem[]
} {
  const secrets: string[] = []
  const problems: Problem[] = []
  for (const [index, ref] of sessions.keys.entries()) {
    const read = readSecret(ref)
    if (typeof read === 'string') {
      secrets.push(read)
      continue
    }
    const error: ConfigError = { file: source.file, ...source.place(['sessions', 'keys', index]), message: read.message }
    problems.push({ ...read, message: renderConfigError(error) })
  }
  return { secrets, problems }
}

function readSecret(ref: SecretRef): string | Problem {
  const secret = resolveSecret(ref, { env: process.env, folder: '' })
  if (!secret.ok) return environment(secret.message)
  const { length } = secret.value
  return length < MIN_SECRET
    ? content(`the key has ${length} characters, and ${MIN_SECRET} are the least: a shorter one can be guessed`)
    : secret.value
}
