/** Opcode of a Close frame. */
const CLOSE = 8

/** Follows the frames of one direction of a WebSocket (RFC 6455 §5.2) by their headers. Payloads are not read. */
export class FrameCursor {
  readonly #header = Buffer.alloc(14)
  /** Bytes of a header that has begun. */
  #length = 0
  /** Bytes of the payload that have not passed yet. */
  #payload = 0
  #hasClosed = false

  /** Whether all frames that have begun are complete. */
  get isBetweenFrames(): boolean {
    return this.#length === 0 && this.#payload === 0
  }

  /** Whether a Close frame has begun. The sender sends no other frame after it. */
  get hasClosed(): boolean {
    return this.#hasClosed
  }

  /** Moves past a chunk. */
  pass(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) rest = rest.subarray(this.passFrame(rest))
  }

  /** Moves past a chunk, but at most to the end of the current frame. Returns the number of bytes that were passed. */
  passFrame(chunk: Buffer): number {
    let at = 0
    while (at < chunk.length && this.#payload === 0) {
      this.#header[this.#length++] = chunk[at++] as number
      if (this.#length < headerLength(this.#header, this.#length)) continue
      this.#hasClosed ||= ((this.#header[0] as number) & 0x0f) === CLOSE
      this.#payload = payloadLength(this.#header)
      this.#length = 0
      if (this.#payload === 0) return at
    }
    const passed = Math.min(this.#payload, chunk.length - at)
    this.#payload -= passed
    return at + passed
  }
}

/** Returns the bytes of a header that has `length` bytes so far; 2 if that is not known yet. */
function headerLength(header: Buffer, length: number): number {
  if (length < 2) return 2
  const second = header[1] as number
  const size = second & 0x7f
  return 2 + (size === 126 ? 2 : size === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0)
}

function payloadLength(header: Buffer): number {
  const size = (header[1] as number) & 0x7f
  if (size === 126) return header.readUInt16BE(2)
  return size === 127 ? Number(header.readBigUInt64BE(2)) : size
}
