/** A service of HTTP/2 over bare TCP that sends whatever frames it is told to (RFC 9113). */
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { encodeFields, FLAG, FRAME, type Frame } from './raw-http2.ts'

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

export interface RawHttp2ServiceOptions {
  /** SETTINGS_MAX_CONCURRENT_STREAMS; left out: no limit. */
  readonly streams?: number
  /** It answers no PING. */
  readonly mute?: boolean
}

/** One connection, as the service sees it. */
export class RawHttp2Connection {
  readonly frames: Frame[] = []
  readonly socket: Socket
  readonly nth: number
  /** Requests that have come and not been answered to their end. */
  readonly open = new Set<number>()
  most = 0

  constructor(socket: Socket, nth: number) {
    this.socket = socket
    this.nth = nth
  }

  send(type: number, flags: number, stream: number, payload: Buffer | string = ''): void {
    const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload
    const head = Buffer.alloc(9)
    head.writeUIntBE(bytes.length, 0, 3)
    head[3] = type
    head[4] = flags
    head.writeUInt32BE(stream, 5)
    if (!this.socket.destroyed) this.socket.write(Buffer.concat([head, bytes]))
    if ((flags & FLAG.endStream) !== 0 && type !== FRAME.settings && type !== FRAME.ping) this.open.delete(stream)
  }

  head(stream: number, status: number, fields: readonly (readonly [string, string])[] = [], last = false): void {
    const flags = FLAG.endHeaders | (last ? FLAG.endStream : 0)
    this.send(FRAME.headers, flags, stream, encodeFields([[':status', String(status)], ...fields]))
  }

  data(stream: number, content: string, last = false): void {
    this.send(FRAME.data, last ? FLAG.endStream : 0, stream, content)
  }

  trailers(stream: number, fields: readonly (readonly [string, string])[]): void {
    this.send(FRAME.headers, FLAG.endHeaders | FLAG.endStream, stream, encodeFields(fields))
  }

  reset(stream: number, code: number): void {
    const payload = Buffer.alloc(4)
    payload.writeUInt32BE(code)
    this.send(FRAME.reset, 0, stream, payload)
    this.open.delete(stream)
  }

  goaway(last: number, code = 0): void {
    const payload = Buffer.alloc(8)
    payload.writeUInt32BE(last)
    payload.writeUInt32BE(code, 4)
    this.send(FRAME.goaway, 0, 0, payload)
  }

  /** Whether the client has reset that stream, and with which code. */
  resetOf(stream: number): number | null {
    const found = this.frames.find((frame) => frame.type === FRAME.reset && frame.stream === stream)
    return found?.payload.readUInt32BE() ?? null
  }

  /** All of its request has come. */
  hasEnded(stream: number): boolean {
    return this.frames.some(
      ({ type, flags, stream: of }) =>
        of === stream && (type === FRAME.data || type === FRAME.headers) && (flags & FLAG.endStream) !== 0,
    )
  }
}

export interface RawHttp2Service {
  readonly origin: string
  readonly connections: readonly RawHttp2Connection[]
  /** Told of each request, once its head is there. */
  serve: (connection: RawHttp2Connection, stream: number) => void
  close(): Promise<void>
}

export async function startRawHttp2Service(
  serve: RawHttp2Service['serve'],
  { streams, mute = false }: RawHttp2ServiceOptions = {},
): Promise<RawHttp2Service> {
  const connections: RawHttp2Connection[] = []
  const server = createServer((socket) => {
    const connection = new RawHttp2Connection(socket, connections.length)
    connections.push(connection)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    // SETTINGS_MAX_CONCURRENT_STREAMS
    const settings = Buffer.from([0, 3, 0, 0, 0, streams ?? 0])
    connection.send(FRAME.settings, 0, 0, streams === undefined ? '' : settings)
    let rest: Buffer = Buffer.alloc(0)
    let begun = false
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      if (!begun && rest.length >= PREFACE.length) {
        begun = true
        rest = rest.subarray(PREFACE.length)
      }
      while (begun && rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
        const length = rest.readUIntBE(0, 3)
        const [type, flags] = [rest[3] as number, rest[4] as number]
        const frame = { type, flags, stream: rest.readUInt32BE(5) & 0x7fff_ffff, payload: rest.subarray(9, 9 + length) }
        rest = rest.subarray(9 + length)
        connection.frames.push(frame)
        if (type === FRAME.settings && (flags & FLAG.ack) === 0) connection.send(FRAME.settings, FLAG.ack, 0)
        if (type === FRAME.ping && (flags & FLAG.ack) === 0 && !mute) connection.send(FRAME.ping, FLAG.ack, 0, frame.payload)
        if (type === FRAME.reset) connection.open.delete(frame.stream)
        if (type === FRAME.headers) {
          connection.open.add(frame.stream)
          connection.most = Math.max(connection.most, connection.open.size)
          service.serve(connection, frame.stream)
        }
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const service = {
    serve,
    connections,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const { socket } of connections) socket.destroy()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return service
}
