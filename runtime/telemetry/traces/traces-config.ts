import type { SecretRef } from '../../base/secret.ts'

/** Where spans go, and of which requests. */
export interface TracesConfig {
  /** Of the collector's traces: `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string
  /** Beside its own, by lower-case name. */
  readonly headers: Readonly<Record<string, SecretRef>>
  readonly encoding: 'protobuf' | 'json'
  /** The share of requests, whatever their callers say; `parent`: those whose callers say that they are sampled. */
  readonly sample: number | 'parent'
}
