import { type ConfigError, renderConfigError } from '../../base/config-error.ts'
import { resolveSecret, type SecretRef } from '../../base/secret.ts'
import { environment, type Problem } from '../../base/startup-error.ts'
import type { Config } from '../config/index.ts'

/**
 * What shows a server or registry that the proxy may have bundles. Read each time that it is needed: it may have been replaced.
 * Throws where it is not there.
 */
export function sourceSecret(ref: SecretRef): string {
  // Paths are absolute by then.
  const secret = resolveSecret(ref, { env: process.env, folder: '' })
  if (!secret.ok) throw new Error(secret.message)
  return secret.value
}

/** Where it is not there. */
export function sourceSecretProblems({ bundle, source }: Config): Problem[] {
  if (bundle === null || bundle.source.kind === 'file') return []
  const [key, ref] =
    bundle.source.kind === 'https' ? (['token', bundle.source.token] as const) : (['password', bundle.source.password] as const)
  if (ref === null) return []
  try {
    sourceSecret(ref)
    return []
  } catch (error) {
    const { message } = error as Error
    return [
      environment(renderConfigError({ file: source.file, ...source.place(['bundle', key]), message } satisfies ConfigError)),
    ]
  }
}
