import { Readable } from 'node:stream'
import type { InboundRequest } from './inbound-request.ts'
import type { OutboundResponse } from './outbound-response.ts'
import type { RequestContext } from './request-context.ts'

/**
 * The body of a request on its way to a service. Not the incoming message itself: undici destroys what it was given when a
 * service answers early or fails, and with the message would go the connection on which the answer is to be sent.
 */
export class RequestBody extends Readable {
  readonly #incoming: InboundRequest
  readonly #continues: OutboundResponse | null
  #reading = false
  /** Bytes that have come. */
  received = 0

  /** `continues` is told `100 Continue` once a service is there to read. */
  constructor(incoming: InboundRequest, continues: OutboundResponse | null) {
    super({ highWaterMark: incoming.readableHighWaterMark })
    this.#incoming = incoming
    this.#continues = continues
  }

  override _read(): void {
    if (!this.#reading) {
      this.#reading = true
      this.#continues?.writeContinue()
      this.#incoming.on('data', this.#onData).on('end', this.#onEnd)
    }
    this.#incoming.resume()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#incoming.off('data', this.#onData).off('end', this.#onEnd)
    callback(error)
  }

  readonly #onData = (chunk: Buffer) => {
    this.received += chunk.length
    if (!this.push(chunk)) this.#incoming.pause()
  }

  readonly #onEnd = () => {
    this.push(null)
  }
}

type Lines = { get(name: string): string | undefined; count(name: string): number }

/** Whether a body follows the head (RFC 9112 §6.3, RFC 9113 §8.1). */
export function hasBody({ withBody }: InboundRequest, headers: Lines): boolean {
  return withBody ?? (headers.count('transfer-encoding') > 0 || Number(headers.get('content-length') ?? 0) > 0)
}

/** Whether the client is not done with sending its request. */
export function isSending({ incoming, request }: RequestContext): boolean {
  // Node calls a request complete only after it was handed out, even if it has no body.
  return !incoming.complete && (request === null || hasBody(incoming, request.headers))
}

/** Returns the response if its client waits for `100 Continue`; one of HTTP/1.0 does not know it (RFC 9110 §10.1.1). */
export function continuesOf({ incoming, answer, request }: RequestContext): OutboundResponse | null {
  return request !== null && request.headers.count('expect') > 0 && incoming.httpVersion !== '1.0' ? answer : null
}
