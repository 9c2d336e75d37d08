/** The place to which a sink writes its lines. For a plug-in see `docs/guides/operations/audit-sinks.md`. */
export interface LineTarget {
  /** Name of the target for messages, such as `./audit.jsonl` or `standard output`; never a secret. */
  readonly name: string
  /** Milliseconds for which lines are collected into a batch. Default: the sink's value. */
  readonly gather?: number
  /** Number of records that the target rejected. They are not written again and count as dropped. */
  readonly refused?: number
  /**
   * Writes a batch of lines. Resolves when the target has accepted them; their buffer is then reused.
   *
   * @throws WriteError with the number of bytes written, which must not be written again
   */
  write(bytes: Buffer): Promise<void>
  reopen(): Promise<void>
  close(): Promise<void>
}

/** Error with which `LineTarget.write` rejects. `written` is the number of bytes that were written before the error. */
export class WriteError extends Error {
  readonly written: number
  /** Milliseconds before the next attempt, or `null` for the default of the sink. */
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

/** Returns the size of the first `count` lines in bytes, with their line breaks. */
export function lengthOf(lines: readonly string[], count: number): number {
  return lines.slice(0, count).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
}
