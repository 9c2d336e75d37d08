/** Where a sink writes. */
export interface LineTarget {
  /** For messages: `./audit.jsonl`, `standard output`. */
  readonly name: string
  /** Settled when the target has it. A failure says how many of the bytes it took before: they must not be written again. */
  write(bytes: Buffer): Promise<void>
  /** Writes what follows to where the name now points. */
  reopen(): Promise<void>
  close(): Promise<void>
}

/** Thrown by `write`. */
export class WriteError extends Error {
  readonly written: number
  constructor(message: string, written: number) {
    super(message)
    this.name = 'WriteError'
    this.written = written
  }
}
