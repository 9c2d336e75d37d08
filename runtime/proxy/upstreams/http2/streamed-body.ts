import type { Writable } from 'node:stream'
import type { InboundRequest } from '../../inbound-request.ts'
import type { OutboundResponse } from '../../outbound-response.ts'

/** Bytes of a body kept until the service responds: enough for nearly all calls. */
const MOST_KEPT = 65_536

/**
 * A request body for HTTP/2, where a service may respond before it has read the body. The start is kept, so that a request that
 * was not processed can be sent again.
 */
export class StreamedBody {
  readonly #incoming: InboundRequest
  readonly #continues: OutboundResponse | null
  #kept: Buffer[] | null = []
  #bytes = 0
  #reading = false
  #ended = false
  #sink: Writable | null = null
  #moved = false
  received = 0

  /**
   * Creates a body from `incoming`, which is read only after a call of `pour`.
   *
   * @param continues response to which `100 Continue` is written when the body is first read; `null` if the client does not wait
   *   for it
   */
  constructor(incoming: InboundRequest, continues: OutboundResponse | null) {
    this.#incoming = incoming
    this.#continues = continues
  }

  /** Whether the body can still be sent from its start. */
  get isWhole(): boolean {
    return this.#kept !== null
  }

  /**
   * Streams the body to a sink, with back-pressure.
   *
   * @throws Error if the start of the body is no longer kept
   */
  pour(sink: Writable): void {
    if (this.#reading && this.#kept === null)
      throw new Error('the request body cannot be sent again: its beginning was already discarded')
    this.#sink = sink
    for (const chunk of this.#kept ?? []) sink.write(chunk)
    if (this.#ended) return void sink.end()
    sink.on('drain', () => {
      if (this.#sink === sink) this.#incoming.resume()
    })
    if (!this.#reading) {
      this.#reading = true
      this.#continues?.writeContinue()
      this.#incoming.on('data', this.#onData).on('end', this.#onEnd)
    }
    this.#incoming.resume()
  }

  /** Returns whether bytes of the request body have arrived since the previous call. */
  moves(): boolean {
    const moved = this.#moved
    this.#moved = false
    return moved
  }

  /** Stops streaming to the current sink. */
  stop(): void {
    if (this.#sink === null) return
    this.#sink = null
    if (!this.#ended) this.#incoming.pause()
  }

  forget(): void {
    this.#kept = null
  }

  readonly #onData = (chunk: Buffer) => {
    this.#moved = true
    this.received += chunk.length
    if (this.#kept !== null) {
      this.#bytes += chunk.length
      if (this.#bytes > MOST_KEPT) this.#kept = null
      else this.#kept.push(chunk)
    }
    if (this.#sink !== null && !this.#sink.write(chunk)) this.#incoming.pause()
  }

  readonly #onEnd = () => {
    this.#ended = true
    this.#sink?.end()
  }
}
