import type { SecretRef } from '../config/secret.ts'

/** A sink: where records go, as what, and what happens when it takes no more. */
export type SinkConfig = SinkPlace & {
  /** `ocsf`: events of the Open Cybersecurity Schema Framework in place of records. */
  readonly format?: 'iap' | 'ocsf'
  /** Left out: what holds for the log as a whole. */
  readonly whenFull?: WhenFull
}

/** `block`: requests wait while a sink is full. `drop`: they are served, and records are lost and counted. */
export type WhenFull = 'block' | 'drop'

export type SinkPlace =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'stdout' }
  | OtlpSinkConfig
  | RedisSinkConfig
  | ModuleSinkConfig

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
export interface ModuleSinkConfig {
  readonly kind: 'module'
  /** A file. */
  readonly module: string
}
