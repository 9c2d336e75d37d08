import type { SecretRef } from '../../base/secret.ts'
import type { AuditRecord } from './audit-record.ts'
import type { RemoteSinkConfig } from './sinks/sink-config.ts'

export type AuditConfig = FileAuditConfig | StdoutAuditConfig | RemoteAuditConfig

export type RemoteAuditConfig = RemoteSinkConfig & SinkConfig

interface SinkConfig {
  /** `ocsf`: events of the Open Cybersecurity Schema Framework instead. */
  readonly format: 'iap' | 'ocsf'
  /** `block`: requests wait while it is full. `drop`: they are served, and lost records counted. */
  readonly whenFull: 'block' | 'drop'
  /** The first matching rule applies; other records are kept. */
  readonly sample: readonly SampleRule[]
  readonly redact: RedactConfig | null
  /** What records hold of values read by conditions. Default: all allowed. */
  readonly values?: 'conditions' | 'none'
}

export interface FileAuditConfig extends SinkConfig {
  readonly kind: 'file'
  readonly file: string
  /** Whether lines are chained by hashes. */
  readonly chain: boolean
  /** A private key file for signing checkpoints; null: unsigned. */
  readonly key: string | null
  /** Null: rotated externally. */
  readonly rotate: RotateConfig | null
  /** When writes are flushed to disk. `interval`: each second. */
  readonly fsync: 'always' | 'interval' | 'never'
}

export interface StdoutAuditConfig extends SinkConfig {
  readonly kind: 'stdout'
}

export interface RotateConfig {
  readonly size: number | null
  /** Milliseconds since its first record. */
  readonly age: number | null
  /** Number of rotated files to keep; null: all. */
  readonly keep: number | null
}

export interface SampleRule {
  readonly effect: AuditRecord['effect']
  /** The route has all of them. */
  readonly labels: readonly string[]
  /** From 0 to 1. */
  readonly keep: number
}

export const REDACTABLE = ['source', 'host', 'path', 'traceId', 'detail', 'caller.subject', 'caller.credential'] as const
export type Redactable = (typeof REDACTABLE)[number]

export type ValuePath = `${'caller' | 'query' | 'body' | 'auth' | 'request.headers' | 'connection.mtls'}${string}`

export interface RedactConfig {
  /** Members of records, and paths of values read by conditions: `body.note`, `request.headers["x-tenant"]`, `query`. */
  readonly omit: readonly (Redactable | ValuePath)[]
  readonly hash: readonly (Redactable | ValuePath)[]
  /** Null only if nothing is hashed. */
  readonly key: SecretRef | null
}
