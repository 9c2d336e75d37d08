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

/** Of bytes that are whole lines, each without its end. */
export function linesIn(bytes: Buffer): readonly string[] {
  return bytes.toString('utf8').split('\n').slice(0, -1)
}

/** Of the first so many of them, with their ends. */
export function lengthOf(lines: readonly string[], count: number): number {
  return lines.slice(0, count).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
}
