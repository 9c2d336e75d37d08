import { hash } from 'node:crypto'
import { headOf, LINK } from '../chain.ts'
import type { AuditPosition } from './report.ts'
import type { Link } from './stream-check.ts'

/** Number of bytes at the end of a line that hold its position: `,"stream":…,"seq":…,"hash":…}`. */
const TAIL = 112
/** Number of bytes of the last member of a line, `,"hash":"…"}`. */
const HASH = ',"hash":""}'.length + 43
const KIND = ',"kind":"'

/**
 * Parser of a log line that is part of a hash chain. It reads the line in the buffer without copying it, and is reused for all
 * lines because a log may have millions.
 */
export class ChainedLine implements Link {
  stream = ''
  seq = 0
  hash = ''
  place: AuditPosition = { file: '', line: 0 }
  #bytes: Buffer = Buffer.alloc(0)
  #start = 0
  #end = 0
  /** Whether the previous line in the buffer is also the stream's. */
  #isBehind = false
  #last = { bytes: this.#bytes, end: -1, stream: '' }
  #scratch = Buffer.alloc(1 << 16)

  /** Reads a line. Returns false if the line is not part of a hash chain. */
  read(bytes: Buffer, start: number, end: number, place: AuditPosition): boolean {
    const head = headOf(bytes.toString('latin1', Math.max(start, end - TAIL), end))
    if (head === null) return false
    const { stream, seq, hash: said } = head
    this.#isBehind = this.#last.bytes === bytes && this.#last.end === start - 1 && this.#last.stream === stream
    this.#last.bytes = bytes
    this.#last.end = end
    this.#last.stream = stream
    this.#bytes = bytes
    this.#start = start
    this.#end = end
    this.stream = stream
    this.seq = seq
    this.hash = said
    this.place = place
    return true
  }

  hashAfter(before: string): string {
    const length = this.#end - HASH - this.#start
    const link = this.#isBehind ? this.#bytes.toString('latin1', this.#start - LINK, this.#start) : ''
    const said = `${before}"}\n`
    if (link === said) return hash('sha256', this.#bytes.subarray(this.#start - LINK, this.#end - HASH), 'base64url')
    if (LINK + length > this.#scratch.length) this.#scratch = Buffer.alloc(2 * (LINK + length))
    this.#scratch.write(said, 0, 'latin1')
    this.#bytes.copy(this.#scratch, LINK, this.#start, this.#end - HASH)
    return hash('sha256', this.#scratch.subarray(0, LINK + length), 'base64url')
  }

  /** Whether the record is one of the log itself, such as a checkpoint. Only those are parsed. */
  get isOwn(): boolean {
    return this.#bytes.toString('latin1', this.#start, this.#start + 40).includes(KIND)
  }

  get text(): string {
    return this.#bytes.toString('utf8', this.#start, this.#end)
  }

  beginsWith(part: Buffer): boolean {
    const end = this.#start + part.length
    return end < this.#end && this.#bytes.compare(part, 0, part.length, this.#start, end) === 0
  }
}
