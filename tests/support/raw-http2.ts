/** A client of HTTP/2 that sends whatever frames it is told to (RFC 9113), and reads no more of answers than tests ask about. */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { HANG } from './hang.ts'

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4 } as const

const MAX_FRAME = 16_384

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** How a stream has ended: with its last byte, or reset with a code; null: it has not. */
export type StreamEnd = 'end' | number | null

export class RawHttp2 {
  readonly frames: Frame[] = []
  readonly socket: Socket
  closed = false
  #rest: Buffer = Buffer.alloc(0)
  #wake: (() => void) | null = null

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
      this.#wake?.()
    })
  }

  /** With the preface, and settings that keep answers readable: no dynamic table. On a connection that is made already, or to this port. */
  static async open(to: number | Socket): Promise<RawHttp2> {
    const socket = typeof to === 'number' ? connect({ port: to, host: '127.0.0.1', noDelay: true }) : to
    if (typeof to === 'number') await once(socket, 'connect')
    const client = new RawHttp2(socket)
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')
    // SETTINGS_HEADER_TABLE_SIZE, SETTINGS_ENABLE_PUSH
    client.send(FRAME.settings, 0, 0, Buffer.from([0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]))
    return client
  }

  send(type: number, flags: number, stream: number, payload: Buffer | string = ''): void {
    if (this.closed) return
    const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload
    const head = Buffer.alloc(9)
    head.writeUIntBE(bytes.length, 0, 3)
    head[3] = type
    head[4] = flags
    head.writeUInt32BE(stream, 5)
    this.socket.write(Buffer.concat([head, bytes]))
  }

  /** A request with these fields, in this order; with a body to come unless `last`. */
  request(stream: number, fields: readonly (readonly [name: string, value: string])[], last = true): void {
    const block = encodeFields(fields)
    // No frame is longer, unless both sides have agreed (RFC 9113 §6.5.2).
    for (let at = 0; at === 0 || at < block.length; at += MAX_FRAME) {
      const flags = at + MAX_FRAME >= block.length ? FLAG.endHeaders : 0
      const piece = block.subarray(at, at + MAX_FRAME)
      if (at === 0) this.send(FRAME.headers, flags | (last ? FLAG.endStream : 0), stream, piece)
      else this.send(FRAME.continuation, flags, stream, piece)
    }
  }

  reset(stream: number, code: number): void {
    const payload = Buffer.alloc(4)
    payload.writeUInt32BE(code)
    this.send(FRAME.reset, 0, stream, payload)
  }

  of(stream: number): readonly Frame[] {
    return this.frames.filter((frame) => frame.stream === stream)
  }

  endOf(stream: number): StreamEnd {
    for (const { type, flags, payload } of this.of(stream)) {
      if (type === FRAME.reset) return payload.readUInt32BE()
      if ((type === FRAME.data || type === FRAME.headers) && (flags & FLAG.endStream) !== 0) return 'end'
    }
    return null
  }

  /** Of the final answer; 0 where none came. */
  statusOf(stream: number): number {
    const statuses = this.of(stream).flatMap((frame) => (frame.type === FRAME.headers ? [statusIn(frame.payload)] : []))
    return statuses.find((status) => status >= 200) ?? 0
  }

  bodyOf(stream: number): string {
    const data = this.of(stream).filter(({ type }) => type === FRAME.data)
    return Buffer.concat(data.map(({ payload }) => payload)).toString()
  }

  /** Waits until it is so, or the connection has ended: whether it is so. */
  async until(isSo: () => boolean): Promise<boolean> {
    const end = performance.now() + HANG
    while (!isSo() && !this.closed && performance.now() < end)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    return isSo()
  }

  close(): void {
    this.socket.destroy()
  }

  #read(chunk: Buffer): void {
    let rest = Buffer.concat([this.#rest, chunk])
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const length = rest.readUIntBE(0, 3)
      const [type, flags] = [rest[3] as number, rest[4] as number]
      const frame = { type, flags, stream: rest.readUInt32BE(5) & 0x7fff_ffff, payload: rest.subarray(9, 9 + length) }
      this.frames.push(frame)
      if (type === FRAME.settings && (flags & FLAG.ack) === 0) this.send(FRAME.settings, FLAG.ack, 0)
      rest = rest.subarray(9 + length)
    }
    this.#rest = rest
    this.#wake?.()
  }
}

/** Each a literal that nobody keeps, with its name in letters, neither compressed (RFC 7541 §6.2.2). */
export function encodeFields(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), encodeText(name), encodeText(value)]))
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  const length: number[] = []
  // RFC 7541 §5.1, with a prefix of seven bits.
  if (bytes.length < 127) length.push(bytes.length)
  else {
    length.push(127)
    let rest = bytes.length - 127
    for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128)
    length.push(rest)
  }
  return Buffer.concat([Buffer.from(length), bytes])
}

/** Indexes of the static table (RFC 7541, appendix A). */
const STATUSES: Readonly<Record<number, number>> = { 8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500 }

/** The first field of an answer is its status: one of the static table, or a literal of three digits. */
function statusIn(block: Buffer): number {
  // A change of the table's size may come first (§6.3).
  let at = 0
  while (((block[at] as number) & 0xe0) === 0x20) at += 1
  const first = block[at] as number
  if ((first & 0x80) !== 0) return STATUSES[first & 0x7f] ?? 0
  // A literal with the name of an index, in one of its three kinds (§6.2).
  const length = block[at + 1] as number
  const text = block.subarray(at + 2, at + 2 + (length & 0x7f))
  return Number((length & 0x80) === 0 ? text.toString('latin1') : digitsIn(text))
}

/** Digits by the code of appendix B: 0, 1 and 2 of five bits, the others of six. */
function digitsIn(bytes: Buffer): string {
  let bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  let digits = ''
  while (bits.length >= 5 && digits.length < 3) {
    const five = Number.parseInt(bits.slice(0, 5), 2)
    if (five <= 2) digits += five
    else digits += Number.parseInt(bits.slice(0, 6), 2) - 22
    bits = bits.slice(five <= 2 ? 5 : 6)
  }
  return digits
}
