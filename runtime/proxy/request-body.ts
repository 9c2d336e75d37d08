import { Readable } from 'node:stream'
import type { CanonicalRequest } from '../../request/index.ts'
import type { InboundRequest } from './inbound-request.ts'
import type { OutboundResponse } from './outbound-response.ts'
import type { RequestContext } from './request-context.ts'
import { type Service, StreamedBody } from './upstreams/index.ts'

/**
 * The body of a request as a stream of its own. undici destroys the body after an early response, but the client connection
 * must stay open.
 */
export class RequestBody extends Readable {
  readonly #incoming: InboundRequest
  readonly #continues: OutboundResponse | null
  #reading = false
  received = 0

  /**
   * Creates a stream of the body of `incoming`, which is read only on demand.
   *
   * @param continues response to which `100 Continue` is written when the body is first read; `null` if the client does not wait
   *   for it
   */
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

/** Returns whether a body follows the head of a request (RFC 9112 §6.3, RFC 9113 §8.1). */
export function hasBody({ withBody }: InboundRequest, headers: Lines): boolean {
  return withBody ?? (headers.count('transfer-encoding') > 0 || Number(headers.get('content-length') ?? 0) > 0)
}

/** Returns whether the client is still sending its request. */
export function isSending({ incoming, request }: RequestContext): boolean {
  // Node marks even a bodiless request as complete only after it was passed on.
  return !incoming.complete && (request === null || hasBody(incoming, request.headers))
}

/**
 * Returns the response to write `100 Continue` to, if the client waits for it (RFC 9110 §10.1.1); else `null`. HTTP/1.0 clients
 * never wait.
 */
export function continuesOf({ incoming, answer, request }: RequestContext): OutboundResponse | null {
  return request !== null && request.headers.count('expect') > 0 && incoming.httpVersion !== '1.0' ? answer : null
}

/** Returns the body of a request, to be streamed to its service; `null` if it has none. */
export function streamedBody(
  context: RequestContext,
  { headers }: CanonicalRequest,
  { config }: Service,
): RequestBody | StreamedBody | null {
  const { incoming } = context
  if (!hasBody(incoming, headers)) return null
  const Streamed = config.protocol === 'http2' ? StreamedBody : RequestBody
  return new Streamed(incoming, continuesOf(context))
}
