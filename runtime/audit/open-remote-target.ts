import { resolveSecret, type SecretRef } from '../config/secret.ts'
import type { Log } from '../log.ts'
import type { RemoteAuditConfig } from './audit-config.ts'
import type { LineTarget } from './line-target.ts'
import { ModuleTarget } from './module/module-target.ts'
import { openOtlpTarget } from './otlp/otlp-target.ts'
import { openRedisTarget } from './redis/redis-target.ts'

/** Throws what a module or a secret lacks. */
export async function openRemoteTarget(config: RemoteAuditConfig, log: Log): Promise<LineTarget> {
  switch (config.kind) {
    case 'otlp':
      return await openOtlpTarget(config, headersOf(config.headers), log)
    case 'redis':
      return await openRedisTarget(config, log)
    case 'module':
      return await ModuleTarget.open(config.module, log)
  }
}

function headersOf(refs: Readonly<Record<string, SecretRef>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(refs).map(([name, ref]) => {
      const secret = resolveSecret(ref, { env: process.env, folder: '' })
      if (!secret.ok) throw new Error(secret.message)
      return [name, secret.value]
    }),
  )
}
