import { resolveSecret, type SecretRef } from '../config/secret.ts'
import type { Log } from '../log.ts'
import { openFileTarget } from './file-target.ts'
import type { LineTarget } from './line-target.ts'
import { ModuleTarget } from './module/module-target.ts'
import { ocsfTarget } from './ocsf/ocsf-target.ts'
import { openOtlpTarget } from './otlp/otlp-target.ts'
import { openRedisTarget } from './redis/redis-target.ts'
import type { SinkConfig } from './sink-config.ts'
import { stdoutTarget } from './stdout-target.ts'

/** All or none. Throws what the file system throws, and what a module or a secret lacks. */
export async function openTargets(configs: readonly SinkConfig[], log: Log): Promise<readonly LineTarget[]> {
  const opened = await Promise.allSettled(configs.map((config) => openTarget(config, log)))
  const failed = opened.find((each) => each.status === 'rejected')
  const targets = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  if (failed === undefined) return targets
  await Promise.all(targets.map((target) => target.close()))
  throw failed.reason
}

async function openTarget(config: SinkConfig, log: Log): Promise<LineTarget> {
  // What it sends holds the record, or the event, beside what its own protocol says of it.
  if (config.kind === 'otlp') return await openOtlpTarget(config, headersOf(config.headers), log)
  const target = await openLineTarget(config, log)
  return config.format === 'ocsf' ? ocsfTarget(target) : target
}

async function openLineTarget(config: Exclude<SinkConfig, { readonly kind: 'otlp' }>, log: Log): Promise<LineTarget> {
  switch (config.kind) {
    case 'file':
      return await openFileTarget(config.file)
    case 'stdout':
      return stdoutTarget()
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
