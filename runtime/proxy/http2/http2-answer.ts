import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { deferReset } from '../../base/waiting.ts'
import type { AnsweredRequest, Ending, OutboundResponse } from '../outbound-response.ts'
import { BadResponse } from '../upstreams/upstream-failure.ts'

/** A response over HTTP/2. Writes are ignored once the client is gone. */
export class Http2Answer implements OutboundResponse {
  context: AnsweredRequest | null = null
  readonly multiplexed = true
  shouldKeepAlive = true
  ending: Ending = 'body'
  statusCode = 0
  readonly #stream: ServerHttp2Stream
  /** Held back to be sent with what follows in one write. */
  #head: OutgoingHttpHeaders | null = null
  #isBroken = false

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream
  }

  get headersSent(): boolean {
    return this.#stream.headersSent
  }

  /**
   * Whether the response was sent completely. The state of the stream is not enough: for HEAD, Node reports completion before
   * there is a response.
   */
  get writableFinished(): boolean {
    const { headersSent, writableFinished, rstCode, aborted } = this.#stream
    return headersSent && writableFinished && rstCode === constants.NGHTTP2_NO_ERROR && !aborted
  }

  get writableLength(): number {
    return this.#stream.writableLength
  }

  writeContinue(): void {
    if (this.#isOpen()) this.#stream.additionalHeaders({ ':status': 100 })
  }

  writeHints(headers: readonly string[]): void {
    if (this.#isOpen() && !this.headersSent) this.#stream.additionalHeaders(fieldsOf({ ':status': 103 }, headers))
  }

  /** Prepares the head, which is sent with the next write, even an empty one. */
  writeHead(status: number, headers: string[]): void {
    this.statusCode = status
    this.#head = fieldsOf({ ':status': status }, headers)
  }

  /** @throws BadResponse for what HTTP/2 cannot express: an invalid status, a repeated single-value header */
  #respond(): void {
    const head = this.#head
    this.#head = null
    if (head === null || !this.#isOpen()) return
    try {
      if (this.ending === 'body') this.#stream.respond(head)
      else this.#stream.respond(head, endings[this.ending])
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException
      throw code.startsWith('ERR_HTTP2_') || code.startsWith('ERR_INVALID_') ? new BadResponse(message) : error
    }
  }

  write(content: Buffer | string): boolean {
    this.#respond()
    // A response without a body ended with its head.
    if (content.length === 0 || !this.#isOpen() || this.#stream.writableEnded) return true
    return this.#stream.write(content)
  }

  pass(...pieces: readonly Buffer[]): boolean {
    let isTaken = true
    this.#respond()
    for (const piece of pieces) isTaken = this.write(piece)
    return isTaken
  }

  /**
   * Registers trailers, which are sent after the body. Node requests them by an event, and would end the stream itself without
   * a listener.
   */
  sendTrailers(fields: readonly string[]): void {
    const stream = this.#stream
    stream.once('wantTrailers', () => {
      try {
        if (this.#isOpen()) stream.sendTrailers(fieldsOf({}, fields))
      } catch {
        // A repeated single-value field: only the client can be notified.
        if (this.context !== null) this.context.code ??= 'upstream-bad-response'
        this.destroy()
      }
    })
  }

  flushHeaders(): void {
    this.#respond()
  }

  end(content?: Buffer | string): void {
    this.#respond()
    if (!this.#isOpen() || this.#stream.writableEnded) return
    if (content === undefined || content.length === 0) this.#stream.end()
    else this.#stream.end(content)
  }

  endWith(...body: readonly Buffer[]): void {
    for (const piece of body.slice(0, -1)) this.write(piece)
    this.end(body.at(-1))
  }

  /**
   * Aborts the response by a stream reset. Must not use `close`, which ends the stream first: a truncated response would look
   * complete.
   */
  destroy(): void {
    this.#isBroken = true
    deferReset(() => this.#stream.destroy(new Error('the response was aborted')))
  }

  #isOpen(): boolean {
    return !this.#isBroken && !this.#stream.destroyed && !this.#stream.closed
  }

  on(event: 'close' | 'drain', listener: () => void): void {
    this.#stream.on(event, listener)
  }

  once(event: 'close', listener: () => void): void {
    this.#stream.once(event, listener)
  }

  off(event: 'close', listener: () => void): void {
    this.#stream.off(event, listener)
  }
}

const endings = { head: { endStream: true }, trailers: { waitForTrailers: true } } as const

/** Lower-cases names (RFC 9113 §8.2.1), groups values by name and drops duplicates. */
function fieldsOf(pseudo: { readonly ':status'?: number }, headers: readonly string[]): OutgoingHttpHeaders {
  const fields: Record<string, number | string | string[]> = { __proto__: null, ...pseudo } as never
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] as string).toLowerCase()
    const value = headers[i + 1] as string
    const before = fields[name]
    if (before === undefined) fields[name] = value
    else if (Array.isArray(before)) before.push(value)
    else if (before !== value || name === 'set-cookie') fields[name] = [String(before), value]
  }
  return fields
}
