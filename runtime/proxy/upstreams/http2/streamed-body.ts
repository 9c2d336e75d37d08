import type { Writable } from 'node:stream'
import type { InboundRequest } from '../../inbound-request.ts'
import type { OutboundResponse } from '../../outbound-response.ts'

/** Bytes of a body that are kept until the service has begun to answer: what calls are, nearly always. */
const MOST_KEPT = 65_536

/**
 * The body of a request on its way to a service of HTTP/2, which may take it while it answers. As long as nothing was thrown away
 * of what came, it can be sent once more: on another connection, to a service that has said that it has not begun with it.
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
  /** Bytes that have come. */
  received = 0

  /** `continues` is told `100 Continue` once a service is there to read. */
  constructor(incoming: InboundRequest, continues: OutboundResponse | null) {
    this.#incoming = incoming
    this.#continues = continues
  }

  /** Whether it can be sent from its beginning. */
  get isWhole(): boolean {
    return this.#kept !== null
  }

  /** Sends it there: what has come, and what comes, as fast as it is taken. Throws where its beginning is gone. */
  pour(sink: Writable): void {
    if (this.#reading && this.#kept === null) throw new Error('the beginning of a body is gone, and it is to be sent again')
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

  /** Whether something has come since this was asked last. */
  moves(): boolean {
    const moved = this.#moved
    this.#moved = false
    return moved
  }

  /** Nothing more goes there. */
  stop(): void {
    if (this.#sink === null) return
    this.#sink = null
    if (!this.#ended) this.#incoming.pause()
  }

  /** It will not be asked for again. */
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
