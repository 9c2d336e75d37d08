import type { CanonicalHeaders } from '../../../request/index.ts'
import type { Log } from '../../base/log.ts'
import type { SecretRef } from '../../base/secret.ts'
import type { RouteEntry } from '../../policy/index.ts'
import type { AuditRecord } from '../audit/index.ts'
import { traceSerializer } from '../otlp/index.ts'
import { RequestSpan, type SpanStart } from './request-span.ts'
import { routeTemplate } from './route-template.ts'
import { SpanExporter } from './span-exporter.ts'
import { spansOf } from './spans-of.ts'
import { type CallerTrace, callerTrace } from './traceparent.ts'

/** Configuration of tracing: the collector of spans, and which requests are traced. */
export interface TracesConfig {
  readonly url: string
  /** Additional request headers by lower-case name. */
  readonly headers: Readonly<Record<string, SecretRef>>
  readonly encoding: 'protobuf' | 'json'
  /** Share of all requests to trace, or `parent` to trace the requests that callers sample. */
  readonly sample: number | 'parent'
}

export interface TracerOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly log: Log
  readonly gather?: number
}

/** A tracer, which samples requests and exports their spans. Each process has one. */
export class Tracer {
  readonly #sample: TracesConfig['sample']
  readonly #exporter: SpanExporter

  static async open({ url, encoding, sample }: TracesConfig, options: TracerOptions): Promise<Tracer> {
    return new Tracer(sample, new SpanExporter({ ...options, url, encoding, serializer: await traceSerializer(encoding) }))
  }

  private constructor(sample: TracesConfig['sample'], exporter: SpanExporter) {
    this.#sample = sample
    this.#exporter = exporter
  }

  get dropped(): number {
    return this.#exporter.dropped
  }

  /**
   * Begins the span of a request. Returns `null` if the request is not traced; the caller's trace headers are then forwarded
   * unchanged.
   */
  begin(headers: CanonicalHeaders, asked: SpanStart): RequestSpan | null {
    const caller = callerTrace(headers)
    if (!this.#samples(caller)) return null
    return new RequestSpan(caller, headers.get('tracestate') ?? null, asked)
  }

  /** Ends the span of a request. `route` is `null` if none matched. */
  end(span: RequestSpan, record: AuditRecord, route: RouteEntry | null): void {
    for (const each of spansOf(span, record, route === null ? null : routeTemplate(route))) this.#exporter.add(each)
  }

  async close(): Promise<void> {
    await this.#exporter.close()
  }

  /** By trace ID if there is one, so that equal shares sample equal traces. */
  #samples(caller: CallerTrace | null): boolean {
    if (this.#sample === 'parent') return caller?.sampled ?? false
    if (this.#sample === 1) return true
    return (caller === null ? Math.random() : shareOf(caller.traceId)) < this.#sample
  }
}

/**
 * Returns a number from 0 to below 1 by the last 7 bytes of a trace ID, which are random (W3C Trace Context Level 2, section
 * 3.2.2.3).
 */
function shareOf(traceId: string): number {
  return Number.parseInt(traceId.slice(-14), 16) / 2 ** 56
}
