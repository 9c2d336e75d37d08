import type { Log } from '../../../base/log.ts'
import { requireSecret, type SecretRef } from '../../../base/secret.ts'
import type { RemoteAuditConfig } from '../audit-config.ts'
import type { LineTarget } from './line-target.ts'

/**
 * Opens the target of an audit sink that is not a file or standard output, such as a collector. Client libraries are loaded on
 * demand.
 *
 * @throws if a plug-in or secret is missing
 */
export async function openRemoteTarget(config: RemoteAuditConfig, log: Log): Promise<LineTarget> {
  switch (config.kind) {
    case 'otlp': {
      const { openOtlpTarget } = await import('./otlp/otlp-target.ts')
      return await openOtlpTarget(config, headersOf(config.headers), log)
    }
    case 'redis': {
      const { openRedisTarget } = await import('./redis/redis-target.ts')
      return await openRedisTarget(config, log)
    }
    case 'plugin': {
      const { PluginTarget } = await import('./plugin/plugin-target.ts')
      return await PluginTarget.open(config.plugin, log)
    }
  }
}

function headersOf(refs: Readonly<Record<string, SecretRef>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(refs).map(([name, ref]) => [name, requireSecret(ref)]))
}
