const END = 0x0a

/** Bytes of a line; a longer one is none of ours, and told in parts. */
const MOST = 16 << 20

/** A line in a buffer, without its end. `whole`: whether that was there. The buffer is the caller's again after the call. */
export type OnLine = (bytes: Buffer, start: number, end: number, whole: boolean) => void

/**
 * Finds lines in the pieces of a file, in as much memory as a piece and the longest line take. Lines that stand side by side in a
 * piece are told so.
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

  /** The file ends here. */
  end(): void {
    if (this.#length > 0) this.#report(false)
  }

  /** A piece is filled again. */
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
