import type { Log } from '../../base/log.ts'
import { Pause } from '../../base/waiting.ts'
import { Backoff, OtlpClient, type OtlpClientOptions, type Rejected, rejectedOf, type TraceSerializer } from '../otlp/index.ts'
import type { Span } from './spans-of.ts'

/**
 * Maximum number of waiting spans and of spans in an export, and milliseconds for which spans are collected, as in
 * OpenTelemetry's SDKs.
 */
const MOST = { waiting: 4096, batch: 512 }
const GATHER = 1000

export interface SpanExporterOptions extends OtlpClientOptions {
  readonly serializer: TraceSerializer
  readonly log: Log
  readonly gather?: number
}

/**
 * An exporter of spans to a collector. Requests never wait for it. When too many spans are pending, further ones are dropped
 * and counted.
 */
export class SpanExporter {
  readonly #client: OtlpClient
  readonly #serializer: TraceSerializer
  readonly #host: string
  readonly #log: Log
  readonly #gather: number
  readonly #backoff = new Backoff()
  #waiting: Span[] = []
  #sending: Promise<void> | null = null
  #closing = false
  readonly #pause = new Pause()
  #complaint: string | null = null
  dropped = 0

  constructor(options: SpanExporterOptions) {
    this.#client = new OtlpClient(options)
    this.#serializer = options.serializer
    this.#host = new URL(options.url).host
    this.#log = options.log
    this.#gather = options.gather ?? GATHER
  }

  add(span: Span): void {
    if (this.#waiting.length >= MOST.waiting) this.dropped++
    else this.#waiting.push(span)
    this.#sending ??= this.#send()
  }

  /** Resolves when all spans are exported or have failed. */
  async close(): Promise<void> {
    this.#closing = true
    this.#pause.end()
    await this.#sending
    await this.#client.close()
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      if (this.#waiting.length < MOST.batch && !this.#closing) await this.#pause.for(this.#gather)
      const batch = this.#waiting.slice(0, MOST.batch)
      const exported = await this.#client.send(this.#serializer.serializeRequest(batch) ?? new Uint8Array())
      if (exported.kind === 'later' && !this.#closing) {
        this.#complain(exported.message)
        await this.#pause.for(exported.wait ?? this.#backoff.next())
        continue
      }
      // At the end, a failed export is not retried.
      const ended = exported.kind === 'later' ? this.#waiting.length : batch.length
      this.#waiting = this.#waiting.slice(ended)
      if (exported.kind === 'taken') this.#taken(rejectedOf(this.#serializer, exported.answer, batch.length))
      else this.#lose(ended, exported.message)
    }
    this.#sending = null
  }

  #taken({ count, why }: Rejected): void {
    this.#backoff.reset()
    if (why !== null) this.#lose(count, why)
    else {
      if (this.#complaint !== null) this.#log.info(`spans go to the collector at ${this.#host} again`)
      this.#complaint = null
    }
  }

  #lose(spans: number, why: string): void {
    this.dropped += spans
    this.#complain(why)
  }

  /** Logs each reason once. */
  #complain(why: string): void {
    if (this.#complaint === why) return
    this.#complaint = why
    this.#log.error(`the collector at ${this.#host} did not accept all spans: ${why}`)
  }
}
