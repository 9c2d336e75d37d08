import { randomBytes } from 'node:crypto'
import type { CallerTrace } from './traceparent.ts'

/** What is known of a request from the beginning, beside what its record says at the end. */
export interface SpanStart {
  readonly scheme: 'http' | 'https'
  readonly port: number | null
  /** `1.1`, `2`. */
  readonly httpVersion: string
}

/** A request that is traced, from its arrival on. */
export class RequestSpan {
  readonly traceId: string
  readonly spanId = newId(8)
  /** Of the caller's span; null: the trace begins here. */
  readonly parentId: string | null
  /** The caller's `tracestate`. */
  readonly state: string | null
  readonly asked: SpanStart
  /** Of the span for what the service is asked; null: it is not. */
  forwardedId: string | null = null
  readonly #began = performance.now()
  #forwarded = 0

  constructor(caller: CallerTrace | null, state: string | null, asked: SpanStart) {
    this.traceId = caller?.traceId ?? newId(16)
    this.parentId = caller?.parentId ?? null
    // What goes with a `traceparent` that does not count does not count either (W3C Trace Context, §3.3).
    this.state = caller === null ? null : state
    this.asked = asked
  }

  /** The request is handed on: the headers with what the service is told of its trace, in place of what the caller says. */
  forward(headers: readonly string[]): string[] {
    this.forwardedId = newId(8)
    this.#forwarded = performance.now()
    const others: string[] = []
    for (let at = 0; at < headers.length; at += 2) {
      const name = headers[at] as string
      if (name === 'traceparent' || (name === 'tracestate' && this.parentId === null)) continue
      others.push(name, headers[at + 1] as string)
    }
    others.push('traceparent', `00-${this.traceId}-${this.forwardedId}-01`)
    return others
  }

  /** Milliseconds from the beginning until it was handed on. */
  get forwardedAfter(): number {
    return this.#forwarded - this.#began
  }
}

function newId(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
