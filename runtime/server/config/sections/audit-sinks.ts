import type { ConfigPath } from '../../../base/config-error.ts'
import type { OtlpSinkConfig, PluginSinkConfig, RedisSinkConfig } from '../../../telemetry/audit/sinks/sink-config.ts'
import type { RawAudit, RawConfig } from '../raw-config.ts'
import { readOtlp } from './otlp.ts'
import { type Reading, readStartFile } from './reading.ts'
import { readRedisEndpoint } from './redis.ts'

export function readOtlpSink(raw: RawAudit, path: ConfigPath, reading: Reading): OtlpSinkConfig {
  return { kind: 'otlp', ...readOtlp(raw, 'logs', path, reading) }
}

export function readRedisSink(raw: RawAudit, path: ConfigPath, config: RawConfig, reading: Reading): RedisSinkConfig {
  const { redis, stream = 'iap:audit' } = raw
  return {
    kind: 'redis',
    url: readRedisEndpoint(redis, [...path, 'redis'], config, reading),
    stream,
    maxLength: raw.maxLength ?? null,
  }
}

export function readPluginSink({ plugin }: RawAudit, reading: Reading): PluginSinkConfig {
  return { kind: 'plugin', plugin: readStartFile(plugin, reading) }
}
