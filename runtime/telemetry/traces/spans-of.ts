import type { AuditRecord } from '../audit/index.ts'
import { type Attributes, knownMethod, put, putMethod, type TraceSerializer, telemetrySource } from '../otlp/index.ts'
import type { RequestSpan } from './request-span.ts'

export type Span = Parameters<TraceSerializer['serializeRequest']>[0][number]

/** Values of OpenTelemetry's `SpanKind` and `SpanStatusCode`. */
const KIND = { server: 1, client: 2 } as const
const STATUS = { unset: 0, error: 2 } as const

interface Made {
  readonly kind: keyof typeof KIND
  readonly name: string
  readonly spanId: string
  readonly parent: { readonly spanId: string; readonly isRemote: boolean } | null
  /** Start of the span in milliseconds since 1970. */
  readonly start: number
  readonly end: number
  readonly failed: boolean
  readonly attributes: Attributes
}

/** Maximum length of a path in characters, because only the number of waiting spans is bounded. */
const MOST_PATH = 1024

/**
 * Returns the span of a request and, if it was forwarded, of the call to the service, by OpenTelemetry's semantic conventions
 * for HTTP. Spans are made from the audit record, so they reveal no more: nothing of the query.
 *
 * @param template path of the route such as `/orders/{id}`, or `null` if none matched
 */
export function spansOf(span: RequestSpan, record: AuditRecord, template: string | null): readonly Span[] {
  const start = Date.parse(record.time)
  const end = start + record.durations.total
  const server = made(span, {
    kind: 'server',
    name: nameOf(record.method, template),
    spanId: span.spanId,
    parent: span.parentId === null ? null : { spanId: span.parentId, isRemote: true },
    ...{ start, end },
    failed: (record.status ?? 500) >= 500,
    attributes: serverAttributes(span, record, template),
  })
  const { upstream } = record
  if (span.forwardedId === null || upstream === null) return [server]
  const client = made(span, {
    kind: 'client',
    name: nameOf(record.method, null),
    spanId: span.forwardedId,
    parent: { spanId: span.spanId, isRemote: false },
    start: Math.min(start + span.forwardedAfter, end),
    end,
    failed: (upstream.status ?? 500) >= 400,
    attributes: clientAttributes(record, upstream),
  })
  return [server, client]
}

/** Returns the name of a span. It has a low cardinality, whatever clients send. */
function nameOf(method: string | null, template: string | null): string {
  const name = (method === null ? null : knownMethod(method)) ?? 'HTTP'
  return template === null ? name : `${name} ${template}`
}

function serverAttributes({ asked }: RequestSpan, record: AuditRecord, template: string | null): Attributes {
  const { status, code } = record
  const to: Attributes = {}
  putMethod(to, record.method)
  put(to, 'url.scheme', asked.scheme)
  put(to, 'url.path', beginningOf(record.rawPath))
  put(to, 'http.route', template)
  put(to, 'http.response.status_code', status)
  put(to, 'error.type', (status ?? 500) >= 500 ? (code ?? String(status ?? '_OTHER')) : null)
  put(to, 'server.address', record.host)
  put(to, 'server.port', asked.port)
  put(to, 'client.address', record.source)
  put(to, 'network.protocol.version', asked.httpVersion)
  put(to, 'iap.request_id', record.requestId)
  put(to, 'iap.service', record.service)
  put(to, 'iap.route', record.route)
  put(to, 'iap.effect', record.effect)
  put(to, 'iap.rule', record.rules)
  put(to, 'iap.code', code)
  put(to, 'iap.revision', record.revision)
  return to
}

function clientAttributes(
  record: AuditRecord,
  { address, status, attempts = 1 }: NonNullable<AuditRecord['upstream']>,
): Attributes {
  const url = URL.canParse(address) ? new URL(address) : null
  const port = url === null || url.port !== '' ? url?.port : url.protocol === 'https:' ? '443' : '80'
  const to: Attributes = {}
  putMethod(to, record.method)
  put(to, 'url.full', url && `${url.origin}${beginningOf(record.rawPath) ?? ''}`)
  put(to, 'server.address', url?.hostname)
  put(to, 'server.port', port === undefined ? null : Number(port))
  put(to, 'http.response.status_code', status)
  put(to, 'error.type', (status ?? 500) >= 400 ? String(status ?? record.code ?? '_OTHER') : null)
  put(to, 'http.request.resend_count', attempts > 1 ? attempts - 1 : null)
  return to
}

function beginningOf(path: string | null): string | null {
  return path === null ? null : path.slice(0, MOST_PATH)
}

function made({ traceId, state }: RequestSpan, { kind, name, spanId, parent, start, end, failed, attributes }: Made): Span {
  const context = { traceId, traceFlags: 1, ...(state !== null && { traceState: { serialize: () => state } }) }
  return {
    name,
    kind: KIND[kind],
    spanContext: () => ({ ...context, spanId }),
    ...(parent !== null && { parentSpanContext: { ...context, ...parent } }),
    startTime: timeOf(start),
    endTime: timeOf(end),
    status: { code: failed ? STATUS.error : STATUS.unset },
    attributes,
    ...{ events: [], links: [], droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
    ...{ ended: true, duration: timeOf(end - start) },
    ...telemetrySource,
  } as unknown as Span
}

/** Converts milliseconds since 1970 to seconds and nanoseconds. */
function timeOf(milliseconds: number): [number, number] {
  const whole = Math.floor(milliseconds)
  return [Math.floor(whole / 1000), (whole % 1000) * 1_000_000 + Math.floor((milliseconds - whole) * 1_000_000)]
}
