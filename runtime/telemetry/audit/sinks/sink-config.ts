import type { SecretRef } from '../../../base/secret.ts'

/** Where records go that is neither a file nor standard output. */
export type RemoteSinkConfig = OtlpSinkConfig | RedisSinkConfig | PluginSinkConfig

/** A collector of OpenTelemetry, by OTLP over HTTP. */
export interface OtlpSinkConfig {
  readonly kind: 'otlp'
  /** Of its logs: `http://127.0.0.1:4318/v1/logs`. */
  readonly url: string
  /** Beside its own, by lower-case name. */
  readonly headers: Readonly<Record<string, SecretRef>>
  readonly encoding: 'protobuf' | 'json'
}

/** A stream of a Redis. */
export interface RedisSinkConfig {
  readonly kind: 'redis'
  readonly url: string
  readonly stream: string
  /** About how many entries it keeps; null: all. */
  readonly maxLength: number | null
}

/** A module of the deployment's own. */
export interface PluginSinkConfig {
  readonly kind: 'plugin'
  /** A file. */
  readonly plugin: string
}
