import type { Head } from '../chain.ts'

export type FaultCode =
  /** There is no record at all. */
  | 'empty'
  /** What stands there is not what was written. */
  | 'changed'
  /** Records are missing before this line. */
  | 'removed'
  /** It stands where another record was written. */
  | 'moved'
  /** It is there already. */
  | 'repeated'
  /** It is bound to nothing. */
  | 'unchained'
  /** The stream has begun before the first of its records that is there. */
  | 'no-beginning'
  /** The stream has no last record. */
  | 'no-end'
  /** Somebody has seen more of the stream. */
  | 'cut'
  /** Something is written behind the last record of the stream. */
  | 'after-end'
  /** A stream that another one names is not there. */
  | 'missing-stream'
  /** What another record, or an earlier look, names is another one. */
  | 'forked'
  | 'bad-signature'
  | 'unknown-key'
  | 'unsigned'

export interface AuditPosition {
  readonly file: string
  /** Counted from 1. */
  readonly line: number
}

export interface Fault extends AuditPosition {
  readonly code: FaultCode
  readonly stream: string | null
  readonly seq: number | null
  readonly message: string
}

/** What is no fault, and limits what is known. */
export interface Limitation {
  readonly stream: string | null
  readonly message: string
}

export interface StreamReport extends Head {
  /** Who wrote it, as it says: `worker 1`; null: its first record is not there. */
  readonly process: string | null
  /** The first of its records that is there. */
  readonly first: number
  /** Whether its last record is there. */
  readonly ended: boolean
  /** Up to which record a key that was given has signed it; null: none. */
  readonly signed: number | null
}

export interface Report {
  readonly files: readonly { readonly file: string; readonly lines: number }[]
  readonly records: number
  readonly streams: readonly StreamReport[]
  /** In the order of the log; the first of them, if there are many. */
  readonly faults: readonly Fault[]
  /** How many there are. */
  readonly faulty: number
  readonly notes: readonly Limitation[]
}
