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
  /** Line number, from 1. */
  readonly line: number
}

export interface Fault extends AuditPosition {
  readonly code: FaultCode
  readonly stream: string | null
  readonly seq: number | null
  readonly message: string
}

/** Something that the verification could not check, although no fault of the log was found. */
export interface Limitation {
  readonly stream: string | null
  readonly message: string
}

export interface StreamReport extends Head {
  /**
   * Name of the process that wrote the stream, according to the stream, such as `worker 1`. `null` if its first record is
   * missing.
   */
  readonly process: string | null
  readonly first: number
  readonly ended: boolean
  /** Number of the last record that a trusted key has signed, or `null` without one. */
  readonly signed: number | null
}

export interface Report {
  readonly files: readonly { readonly file: string; readonly lines: number }[]
  readonly records: number
  readonly streams: readonly StreamReport[]
  /** Faults in the order of the log; only the first ones if there are many. */
  readonly faults: readonly Fault[]
  readonly faulty: number
  readonly notes: readonly Limitation[]
}
