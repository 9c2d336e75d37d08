import type { SecretRef } from '../../base/secret.ts'
import type { AuditRecord } from './audit-record.ts'
import type { RemoteSinkConfig } from './sinks/sink-config.ts'

/** Where records go, and which of them, and what of them. */
export type AuditConfig = FileAuditConfig | StdoutAuditConfig | RemoteAuditConfig

export type RemoteAuditConfig = RemoteSinkConfig & SinkConfig

interface SinkConfig {
  /** `ocsf`: events of the Open Cybersecurity Schema Framework in place of records. */
  readonly format: 'iap' | 'ocsf'
  /** `block`: requests wait while it is full. `drop`: they are served, and records are lost and counted. */
  readonly whenFull: 'block' | 'drop'
  /** The first that fits counts; a record that none fits is kept. */
  readonly sample: readonly SampleRule[]
  readonly redact: RedactConfig | null
  /** Of what conditions read, what records hold; left out: all that they may. */
  readonly values?: 'conditions' | 'none'
}

export interface FileAuditConfig extends SinkConfig {
  readonly kind: 'file'
  readonly file: string
  /** Whether each line is bound to the one before by a hash. */
  readonly chain: boolean
  /** A file with the private key that signs checkpoints; null: nobody does. */
  readonly key: string | null
  /** Null: whoever runs it moves the file. */
  readonly rotate: RotateConfig | null
  /** When what was written is made to be on the disk. `interval`: each second. */
  readonly fsync: 'always' | 'interval' | 'never'
}

export interface StdoutAuditConfig extends SinkConfig {
  readonly kind: 'stdout'
}

export interface RotateConfig {
  /** Bytes. */
  readonly size: number | null
  /** Milliseconds since its first record. */
  readonly age: number | null
  /** Files that stay, beside the one that is written to; null: all. */
  readonly keep: number | null
}

export interface SampleRule {
  readonly effect: AuditRecord['effect']
  /** All of them are on the route. */
  readonly labels: readonly string[]
  /** From 0 to 1. */
  readonly keep: number
}

export const REDACTABLE = ['source', 'host', 'path', 'traceId', 'detail', 'caller.subject', 'caller.credential'] as const
export type Redactable = (typeof REDACTABLE)[number]

export type ValuePath = `${'caller' | 'query' | 'body' | 'auth' | 'request.headers' | 'connection.mtls'}${string}`

export interface RedactConfig {
  /**
   * Members of records, and paths of values that conditions read: `body.note`, `request.headers["x-tenant"]`, `query` with all
   * that is in it.
   */
  readonly omit: readonly (Redactable | ValuePath)[]
  readonly hash: readonly (Redactable | ValuePath)[]
  /** Null only where nothing is hashed. */
  readonly key: SecretRef | null
}
