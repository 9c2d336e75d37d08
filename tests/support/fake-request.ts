import { EventEmitter } from 'node:events'
import type { AnsweredRequest, Ending, OutboundResponse } from '../../runtime/proxy/outbound-response.ts'

/** A client's connection without a network. */
export class FakeSocket extends EventEmitter {
  readonly remoteAddress = '192.0.2.1'
  writable = true
  isDestroyed = false

  destroy(): void {
    this.isDestroyed = true
    this.emit('close')
  }
}

/** A response without a network: it has ended as soon as it is complete, and `leave` is the client's going. */
export class FakeAnswer extends EventEmitter implements OutboundResponse {
  context: AnsweredRequest | null = null
  readonly multiplexed = false
  shouldKeepAlive = true
  ending: Ending = 'body'
  headersSent = false
  statusCode = 0
  writableFinished = false
  readonly writableLength = 0
  /** Whether it had a second head, or one after its client was gone. */
  isMistaken = false
  /** Value of `x-iap-error`. */
  code: string | null = null
  readonly #socket: FakeSocket

  constructor(socket: FakeSocket) {
    super()
    this.#socket = socket
  }

  writeHead(status: number, headers: string[]): void {
    if (this.headersSent || this.#socket.isDestroyed) this.isMistaken = true
    this.statusCode = status
    this.headersSent = true
    const at = headers.indexOf('x-iap-error')
    this.code = at === -1 ? null : (headers[at + 1] as string)
  }

  end(): void {
    this.writableFinished = true
    this.emit('close')
  }

  endWith(): void {
    this.end()
  }

  destroy(): void {
    this.emit('close')
  }

  /** The client is gone. */
  leave(): void {
    this.#socket.destroy()
    this.emit('close')
  }

  writeContinue(): void {}
  writeHints(): void {}
  write(): void {}
  flushHeaders(): void {}
  sendTrailers(): void {}

  pass(): boolean {
    return true
  }
}

interface Sent {
  readonly method: string
  readonly url: string
  /** Name, value, … */
  readonly rawHeaders: readonly string[]
  readonly socket: FakeSocket
}

/** A request without a network. `onRead` is called, in a microtask, once a body is being read. */
export class FakeIncoming extends EventEmitter {
  readonly httpVersion = '1.1'
  readonly complete = true
  readonly readableHighWaterMark = 16_384
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly headers: { readonly expect?: string | undefined; readonly 'content-length'?: string | undefined }
  readonly socket: FakeSocket

  constructor({ method, url, rawHeaders, socket }: Sent, onRead: (incoming: FakeIncoming) => void) {
    super()
    this.method = method
    this.url = url
    this.rawHeaders = rawHeaders
    this.socket = socket
    const lineOf = (name: string) => (rawHeaders.includes(name) ? rawHeaders[rawHeaders.indexOf(name) + 1] : undefined)
    this.headers = { expect: lineOf('expect'), 'content-length': lineOf('content-length') }
    this.once('newListener', () => queueMicrotask(() => onRead(this)))
  }

  resume(): this {
    return this
  }

  pause(): this {
    return this
  }
}
