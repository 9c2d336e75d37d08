import type { Head } from '../chain.ts'

export type FaultCode =
  /** There are no records. */
  | 'empty'
  /** It differs from what was written. */
  | 'changed'
  /** Records are missing before this line. */
  | 'removed'
  /** It is at another record's position. */
  | 'moved'
  /** It is there twice. */
  | 'repeated'
  /** It is not chained. */
  | 'unchained'
  /** The stream's beginning is missing. */
  | 'no-beginning'
  /** The stream has no last record. */
  | 'no-end'
  /** More of the stream was seen. */
  | 'cut'
  /** It follows the stream's last record. */
  | 'after-end'
  /** A named stream is missing. */
  | 'missing-stream'
  /** It differs from what another record or check names. */
  | 'forked'
  | 'bad-signature'
  | 'unknown-key'
  | 'unsigned'

export interface AuditPosition {
  readonly file: string
  /** From 1. */
  readonly line: number
}

export interface Fault extends AuditPosition {
  readonly code: FaultCode
  readonly stream: string | null
  readonly seq: number | null
  readonly message: string
}

/** Limits the result without being a fault. */
export interface Limitation {
  readonly stream: string | null
  readonly message: string
}

export interface StreamReport extends Head {
  /** Writer by its own account: `worker 1`; null: its first record is missing. */
  readonly process: string | null
  readonly first: number
  readonly ended: boolean
  /** Last record signed by a given key; null: none. */
  readonly signed: number | null
}

export interface Report {
  readonly files: readonly { readonly file: string; readonly lines: number }[]
  readonly records: number
  readonly streams: readonly StreamReport[]
  /** In log order; the first ones, if there are many. */
  readonly faults: readonly Fault[]
  readonly faulty: number
  readonly notes: readonly Limitation[]
}
