/** The target of a sink; to write a plug-in see `docs/audit-sinks.md`. */
export interface LineTarget {
  /** For messages: `./audit.jsonl`, `standard output`. Never a secret. */
  readonly name: string
  /** Milliseconds for which lines are batched. Default: the sink's. */
  readonly gather?: number
  /** Rejected records, which are not retried and count as dropped. */
  readonly refused?: number
  /** Resolves when the lines are taken; their buffer is then reused. An error states the bytes written, not to be repeated. */
  write(bytes: Buffer): Promise<void>
  reopen(): Promise<void>
  close(): Promise<void>
}

/** Thrown by `write`. */
export class WriteError extends Error {
  readonly written: number
  /** Milliseconds before the next attempt; null: the sink's default. */
  readonly wait: number | null
  constructor(message: string, written: number, wait: number | null = null) {
    super(message)
    this.name = 'WriteError'
    this.written = written
    this.wait = wait
  }
}

export function linesIn(bytes: Buffer): readonly string[] {
  return bytes.toString('utf8').split('\n').slice(0, -1)
}

/** Returns the bytes of the first lines, with their ends. */
export function lengthOf(lines: readonly string[], count: number): number {
  return lines.slice(0, count).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
}
