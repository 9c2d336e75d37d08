import { hash, randomBytes } from 'node:crypto'

/** The position of a chain. */
export interface Head {
  readonly stream: string
  /** Of the last record; the first is 0. */
  readonly seq: number
  readonly hash: string
}

/** Before the first record of a stream: 32 zero bytes. */
export const NO_HASH = 'A'.repeat(43)

/** Bytes of a line's hash and end (hash, `"}`, line feed), which the next hash includes. */
export const LINK = NO_HASH.length + 3

/** Maximum bytes added to a line. */
const TAIL = 128

/**
 * The chained lines of a process at one place. Their last members are `stream`, `seq` and `hash`: the base64url SHA-256 of the
 * previous line's end, from its hash on, and this line up to `,"hash":`, which are adjacent in a buffer. See docs/audit.md.
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

  /** Writes the previous line's end at the start of a new buffer; returns its length. */
  link(buffer: Buffer): number {
    return buffer.write(`${this.#hash}"}\n`, 0, 'latin1')
  }

  /** Completes a JSON line that follows its link in the buffer; returns its end. */
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

/** Byte by byte: calls cost more for so few. Returns the end. */
function copy(buffer: Buffer, bytes: Buffer, at: number): number {
  for (let i = 0; i < bytes.length; i++) buffer[at + i] = bytes[i] as number
  return at + bytes.length
}

function put(buffer: Buffer, text: string, at: number): number {
  for (let i = 0; i < text.length; i++) buffer[at + i] = text.charCodeAt(i)
  return at + text.length
}

const LINE_TAIL = /,"stream":"([\w-]{16})","seq":(0|[1-9]\d{0,15}),"hash":"([\w-]{43})"\}$/

/** Returns a chained line's position, or null. */
export function headOf(line: string): Head | null {
  const [, stream, seq, hash] = LINE_TAIL.exec(line) ?? []
  return stream === undefined || hash === undefined ? null : { stream, seq: Number(seq), hash }
}
