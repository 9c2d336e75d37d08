/** Where a sink writes. `docs/audit-sinks.md` tells those who write one of their own. */
export interface LineTarget {
  /** For messages: `./audit.jsonl`, `standard output`. Never a secret. */
  readonly name: string
  /** Milliseconds for which lines are gathered into one write; left out: as the sink says. */
  readonly gather?: number
  /** Records that it was given and did not want: nobody gives them to it again, and they count as dropped. */
  readonly refused?: number
  /**
   * Settled when the target has them: whole lines, one a record, in bytes that are somebody else's afterwards. A failure says how
   * many of the bytes it took before: they must not be written again.
   */
  write(bytes: Buffer): Promise<void>
  /** Writes what follows to where the name now points. */
  reopen(): Promise<void>
  close(): Promise<void>
}

/** Thrown by `write`. */
export class WriteError extends Error {
  readonly written: number
  /** Milliseconds for which the target is to be left alone; null: as the sink says. */
  readonly wait: number | null
  constructor(message: string, written: number, wait: number | null = null) {
    super(message)
    this.name = 'WriteError'
    this.written = written
    this.wait = wait
  }
}
