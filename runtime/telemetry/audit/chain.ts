import { hash, randomBytes } from 'node:crypto'

/** Position in a hash chain: the number and hash of its last record. `stream` is the ID of the chain. */
export interface Head {
  readonly stream: string
  /** Number of the last record; the first record has number 0. */
  readonly seq: number
  readonly hash: string
}

/** Hash before the first record of a stream: 32 zero bytes in base64url. */
export const NO_HASH = 'A'.repeat(43)

/** Number of bytes from the start of a line's hash to its end (hash, `"}`, line feed). The next hash includes them. */
export const LINK = NO_HASH.length + 3

/** Maximum number of bytes added to a line. */
const TAIL = 128

/**
 * The hash chain of one process and file. The last members of a line are `stream`, `seq` and `hash`. The hash is the SHA-256
 * digest in base64url of the end of the previous line, from its hash on, and of this line up to `,"hash":`. Both parts are
 * adjacent in a buffer. See `docs/reference/audit.md`.
 */
export class HashChain {
  static readonly TAIL = TAIL
  readonly stream = randomBytes(12).toString('base64url')
  readonly #member = Buffer.from(`,"stream":"${this.stream}","seq":`)
  #seq = -1
  #hash = NO_HASH

  get head(): Head {
    return { stream: this.stream, seq: this.#seq, hash: this.#hash }
  }

  get seq(): number {
    return this.#seq
  }

  /**
   * Writes the hash and end of the previous line at the start of a new buffer, because the next hash includes them. Returns the
   * number of bytes written.
   */
  link(buffer: Buffer): number {
    return buffer.write(`${this.#hash}"}\n`, 0, 'latin1')
  }

  /**
   * Appends the members `stream`, `seq` and `hash` to a JSON line in the buffer. The hash covers the end of the previous line,
   * too. Returns the offset of the line's end.
   *
   * @param start offset of the line
   * @param end offset after its line break
   */
  seal(buffer: Buffer, start: number, end: number): number {
    this.#seq++
    const close = put(buffer, String(this.#seq), copy(buffer, this.#member, end - 2))
    // One call: `createHash` takes half as long again for few bytes.
    this.#hash = hash('sha256', buffer.subarray(start - LINK, close), 'base64url')
    return copy(buffer, CLOSE, put(buffer, this.#hash, copy(buffer, MEMBER, close)))
  }
}

const MEMBER = Buffer.from(',"hash":"')
const CLOSE = Buffer.from('"}\n')

/** Copies bytes one by one, as calls cost more for so few. Returns the end. */
function copy(buffer: Buffer, bytes: Buffer, at: number): number {
  for (let i = 0; i < bytes.length; i++) buffer[at + i] = bytes[i] as number
  return at + bytes.length
}

function put(buffer: Buffer, text: string, at: number): number {
  for (let i = 0; i < text.length; i++) buffer[at + i] = text.charCodeAt(i)
  return at + text.length
}

const LINE_TAIL = /,"stream":"([\w-]{16})","seq":(0|[1-9]\d{0,15}),"hash":"([\w-]{43})"\}$/

/** Returns the chain position of a line, or `null` if the line has no hash. */
export function headOf(line: string): Head | null {
  const [, stream, seq, hash] = LINE_TAIL.exec(line) ?? []
  return stream === undefined || hash === undefined ? null : { stream, seq: Number(seq), hash }
}
