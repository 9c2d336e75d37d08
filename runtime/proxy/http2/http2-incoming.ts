import { constants, type ServerHttp2Stream } from 'node:http2'
import { type Canonical, canonicalizeHttp2, HTTP_2, type Trust } from '../../../request/index.ts'
import { deferReset } from '../../base/waiting.ts'
import type { Connection, InboundRequest } from '../inbound-request.ts'

/** A request received over HTTP/2. Its `socket` is its HTTP/2 stream, which other requests of the connection do not share. */
export class Http2Incoming implements InboundRequest {
  readonly httpVersion = HTTP_2
  readonly rawHeaders: readonly string[]
  readonly withBody: boolean
  readonly socket: StreamConnection
  readonly #stream: ServerHttp2Stream
  /** Lazy, because most requests have no body. */
  #ends: Map<() => void, () => void> | null = null

  /**
   * Creates a request from the header block of an HTTP/2 stream.
   *
   * @param rawHeaders flat list of names and values, pseudo-header fields first
   * @param withBody whether a body follows the head
   * @param peer IP address of the client
   */
  constructor(stream: ServerHttp2Stream, rawHeaders: readonly string[], withBody: boolean, peer: string) {
    this.rawHeaders = rawHeaders
    this.withBody = withBody
    this.socket = new StreamConnection(stream, peer)
    this.#stream = stream
  }

  canonicalize(trust: Trust | null): Canonical {
    return canonicalizeHttp2(this.rawHeaders, this.socket.remoteAddress, trust)
  }

  get method(): string | undefined {
    return this.#value(':method')
  }

  get url(): string | undefined {
    return this.#value(':path')
  }

  get headers(): InboundRequest['headers'] {
    return { expect: this.#value('expect'), 'content-length': this.#value('content-length') }
  }

  #value(name: string): string | undefined {
    const { rawHeaders } = this
    for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i] === name) return rawHeaders[i + 1]
    return undefined
  }

  get complete(): boolean {
    return !this.withBody || (this.#stream.readableEnded && !this.#stream.aborted)
  }

  get readableHighWaterMark(): number {
    return this.#stream.readableHighWaterMark
  }

  on(event: 'data' | 'end' | 'close', listener: (chunk: Buffer) => void): this {
    if (event === 'end') this.#onEnd(listener as () => void)
    else this.#stream.on(event, listener)
    return this
  }

  once(event: 'close', listener: () => void): this {
    this.#stream.once(event, listener)
    return this
  }

  off(event: 'data' | 'end' | 'close', listener: (chunk: Buffer) => void): this {
    if (event !== 'end') {
      this.#stream.off(event, listener)
      return this
    }
    const made = this.#ends?.get(listener as () => void)
    if (made === undefined) return this
    this.#ends?.delete(listener as () => void)
    this.#stream.off('end', made)
    return this
  }

  /** Works around Node: a stream reset with NO_ERROR ends as if complete; an empty DATA frame may end it before any listener. */
  #onEnd(listener: () => void): void {
    this.#ends ??= new Map()
    const made = () => {
      if (!this.#stream.aborted) listener()
    }
    this.#ends.set(listener, made)
    if (!this.#stream.readableEnded) return void this.#stream.on('end', made)
    process.nextTick(() => {
      if (this.#ends?.get(listener) === made) made()
    })
  }

  resume(): this {
    this.#stream.resume()
    return this
  }

  pause(): this {
    this.#stream.pause()
    return this
  }
}

class StreamConnection implements Connection {
  readonly remoteAddress: string
  readonly #stream: ServerHttp2Stream

  constructor(stream: ServerHttp2Stream, peer: string) {
    this.#stream = stream
    this.remoteAddress = peer
  }

  get writable(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed
  }

  /** After a complete response, the client need not send the rest (RFC 9113 §8.1). */
  destroy(): void {
    const stream = this.#stream
    const close = () => stream.close(constants.NGHTTP2_NO_ERROR)
    deferReset(() => {
      // Node would reset at once when the response is written, from any call stack.
      if (stream.writableEnded && !stream.writableFinished) stream.once('finish', () => deferReset(close))
      else close()
    })
  }

  on(event: 'close', listener: () => void): void {
    this.#stream.on(event, listener)
  }

  off(event: 'close', listener: () => void): void {
    this.#stream.off(event, listener)
  }
}
