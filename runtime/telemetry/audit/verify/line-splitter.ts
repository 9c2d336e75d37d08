const END = 0x0a

/** Maximum size of a line in bytes. Longer lines are reported in parts. */
const MOST = 16 << 20

/** Receives a line in a reused buffer, without its line break. `whole` tells whether the line break was present. */
export type OnLine = (bytes: Buffer, start: number, end: number, whole: boolean) => void

/**
 * A splitter of a file's chunks into lines. Memory is bounded by a chunk and the longest line. Consecutive lines are reported
 * in one buffer.
 */
export class LineSplitter {
  readonly #onLine: OnLine
  #parts: Buffer[] = []
  #length = 0

  constructor(onLine: OnLine) {
    this.#onLine = onLine
  }

  feed(piece: Buffer): void {
    let start = 0
    if (this.#length > 0) {
      const end = piece.indexOf(END)
      this.#keep(piece.subarray(0, end === -1 ? piece.length : end))
      if (end === -1) return
      this.#report(true)
      start = end + 1
    }
    for (;;) {
      const end = piece.indexOf(END, start)
      if (end === -1) break
      this.#onLine(piece, start, end, true)
      start = end + 1
    }
    if (start < piece.length) this.#keep(piece.subarray(start))
  }

  end(): void {
    if (this.#length > 0) this.#report(false)
  }

  /** Copies, as the piece's buffer is reused. */
  #keep(part: Buffer): void {
    this.#parts.push(Buffer.from(part))
    this.#length += part.length
    if (this.#length > MOST) this.#report(false)
  }

  #report(whole: boolean): void {
    const line = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts)
    this.#parts = []
    this.#length = 0
    this.#onLine(line, 0, line.length, whole)
  }
}
