import { randomBytes } from 'node:crypto'
import type { CallerTrace } from './traceparent.ts'

/** Properties of a request that are known when its span begins. */
export interface SpanStart {
  readonly scheme: 'http' | 'https'
  readonly port: number | null
  readonly httpVersion: string
}

/** The span of a traced request, which begins with its arrival. */
export class RequestSpan {
  readonly traceId: string
  readonly spanId = newId(8)
  /** ID of the caller's span, or `null` if a new trace begins. */
  readonly parentId: string | null
  readonly state: string | null
  readonly asked: SpanStart
  /** ID of the span for the service, or `null` if the request was not forwarded. */
  forwardedId: string | null = null
  readonly #began = performance.now()
  #forwarded = 0

  constructor(caller: CallerTrace | null, state: string | null, asked: SpanStart) {
    this.traceId = caller?.traceId ?? newId(16)
    this.parentId = caller?.parentId ?? null
    // Ignored with an invalid `traceparent` (W3C Trace Context, §3.3).
    this.state = caller === null ? null : state
    this.asked = asked
  }

  /** Returns the headers for the service, in which trace headers of the caller are replaced. */
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

  /** Milliseconds from the arrival of the request to its forwarding. */
  get forwardedAfter(): number {
    return this.#forwarded - this.#began
  }
}

function newId(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
