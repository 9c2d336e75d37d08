import type { SecretRef } from '../../base/secret.ts'
import type { AuditRecord } from './audit-record.ts'
import type { RemoteSinkConfig } from './sinks/sink-config.ts'

export type AuditConfig = FileAuditConfig | StdoutAuditConfig | RemoteAuditConfig

export type RemoteAuditConfig = RemoteSinkConfig & SinkConfig

interface SinkConfig {
  /** Format of the lines. `ocsf`: events of the Open Cybersecurity Schema Framework. */
  readonly format: 'iap' | 'ocsf'
  /** Behavior while the sink is full. `block`: requests wait. `drop`: requests continue, and lost records are counted. */
  readonly whenFull: 'block' | 'drop'
  /** Rules of sampling. The first that matches applies; records that match none are kept. */
  readonly sample: readonly SampleRule[]
  readonly redact: RedactConfig | null
  /** Whether records hold values that conditions read. Default: all that may be recorded. */
  readonly values?: 'conditions' | 'none'
}

export interface FileAuditConfig extends SinkConfig {
  readonly kind: 'file'
  readonly file: string
  /** Whether each line holds a hash of the previous one. */
  readonly chain: boolean
  /** Path of the private key that signs checkpoints, or `null` to leave them unsigned. */
  readonly key: string | null
  /** Rotation of the file, or `null` if another program rotates it. */
  readonly rotate: RotateConfig | null
  /** When writes are flushed to disk (`fsync`): after each write, every second (`interval`), or never. */
  readonly fsync: 'always' | 'interval' | 'never'
}

export interface StdoutAuditConfig extends SinkConfig {
  readonly kind: 'stdout'
}

export interface RotateConfig {
  readonly size: number | null
  /** Milliseconds from the first record of a file to its rotation, or `null` for no limit. */
  readonly age: number | null
  /** Number of rotated files to keep, or `null` to keep all. */
  readonly keep: number | null
}

export interface SampleRule {
  readonly effect: AuditRecord['effect']
  /** Labels that a route must have for the rule to apply to it. */
  readonly labels: readonly string[]
  /** Share of records to keep, from 0 to 1. */
  readonly keep: number
}

export const REDACTABLE = ['source', 'host', 'path', 'traceId', 'detail', 'caller.subject', 'caller.credential'] as const
export type Redactable = (typeof REDACTABLE)[number]

export type ValuePath = `${'caller' | 'query' | 'body' | 'auth' | 'request.headers' | 'connection.mtls'}${string}`

export interface RedactConfig {
  /**
   * Paths that are omitted: members of records, and values that conditions read, such as `body.note`,
   * `request.headers["x-tenant"]` or `query`.
   */
  readonly omit: readonly (Redactable | ValuePath)[]
  readonly hash: readonly (Redactable | ValuePath)[]
  /** Key of the hashes, or `null` if nothing is hashed. */
  readonly key: SecretRef | null
}
