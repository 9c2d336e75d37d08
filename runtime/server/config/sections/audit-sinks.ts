import type { ConfigPath } from '../../../base/config-error.ts'
import type { OtlpSinkConfig, PluginSinkConfig, RedisSinkConfig } from '../../../telemetry/audit/sinks/sink-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawAudit } from '../raw-config.ts'
import { readOtlp } from './otlp.ts'
import { type Reading, readPath } from './reading.ts'

export function readOtlpSink(raw: RawAudit, path: ConfigPath, reading: Reading): OtlpSinkConfig {
  return { kind: 'otlp', ...readOtlp(raw, 'logs', path, reading) }
}

export function readRedisSink(raw: RawAudit, path: ConfigPath, reading: Reading): RedisSinkConfig {
  const { redis = '', stream = 'iap:audit' } = raw
  const at = [...path, 'redis']
  if (raw.redis !== undefined && !URL.canParse(redis))
    reading.problem(at, `${named(at)} must be a URL such as \`redis://redis.example:6379\``)
  return { kind: 'redis', url: redis, stream, maxLength: raw.maxLength ?? null }
}

export function readPluginSink({ plugin }: RawAudit, reading: Reading): PluginSinkConfig {
  return { kind: 'plugin', plugin: readPath(plugin, reading) }
}
