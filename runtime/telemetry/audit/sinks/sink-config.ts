import type { RedisEndpoint } from '../../../base/redis/redis-server.ts'
import type { SecretRef } from '../../../base/secret.ts'

export type RemoteSinkConfig = OtlpSinkConfig | RedisSinkConfig | PluginSinkConfig

export interface OtlpSinkConfig {
  readonly kind: 'otlp'
  readonly url: string
  /** Additional request headers by lower-case name. */
  readonly headers: Readonly<Record<string, SecretRef>>
  readonly encoding: 'protobuf' | 'json'
}

export interface RedisSinkConfig {
  readonly kind: 'redis'
  readonly url: RedisEndpoint
  readonly stream: string
  /** Approximate maximum number of entries in the stream, or `null` for no limit. */
  readonly maxLength: number | null
}

export interface PluginSinkConfig {
  readonly kind: 'plugin'
  readonly plugin: string
}
