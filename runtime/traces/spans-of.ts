import type { AuditRecord } from '../audit/index.ts'
import { methodAttributes, type TraceSerializer, telemetrySource } from '../otlp/index.ts'
import type { RequestSpan } from './request-span.ts'

/** As OpenTelemetry's SDK has it: what its serializers read. */
export type Span = Parameters<TraceSerializer['serializeRequest']>[0][number]

/** Of OpenTelemetry's API: `SpanKind`, `SpanStatusCode`. */
const KIND = { server: 1, client: 2 } as const
const STATUS = { unset: 0, error: 2 } as const

interface Made {
  readonly kind: keyof typeof KIND
  readonly name: string
  readonly spanId: string
  readonly parent: { readonly spanId: string; readonly isRemote: boolean } | null
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  readonly failed: boolean
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Characters of a path: spans wait in memory, and are counted there, not measured. */
const MOST_PATH = 1024

/**
 * The span of a request and, where it was handed on, that of what the service was asked, by OpenTelemetry's semantic conventions for HTTP. They are made of the record, so that they
 * hold no more of a request than that does: of a query nothing.
 *
 * @param template the path of the route: `/orders/{id}`; null: no route has matched
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

/** Of few values, whatever clients send. */
function nameOf(method: string | null, template: string | null): string {
  const known = method === null ? '_OTHER' : (methodAttributes(method)['http.request.method'] as string)
  const name = known === '_OTHER' ? 'HTTP' : known
  return template === null ? name : `${name} ${template}`
}

function serverAttributes(
  { asked }: RequestSpan,
  record: AuditRecord,
  template: string | null,
): Readonly<Record<string, unknown>> {
  const { status, code } = record
  return {
    ...(record.method !== null && methodAttributes(record.method)),
    'url.scheme': asked.scheme,
    'url.path': beginningOf(record.rawPath),
    'http.route': template,
    'http.response.status_code': status,
    'error.type': (status ?? 500) >= 500 ? (code ?? String(status ?? 'client-closed')) : null,
    'server.address': record.host,
    'server.port': asked.port,
    'client.address': record.source,
    'network.protocol.version': asked.httpVersion,
    'iap.request_id': record.requestId,
    'iap.service': record.service,
    'iap.route': record.route,
    'iap.effect': record.effect,
    'iap.rule': record.rules,
    'iap.code': code,
    'iap.revision': record.revision,
  }
}

function clientAttributes(
  record: AuditRecord,
  upstream: NonNullable<AuditRecord['upstream']>,
): Readonly<Record<string, unknown>> {
  const { address, status, attempts = 1 } = upstream
  const url = URL.canParse(address) ? new URL(address) : null
  const port = url === null || url.port !== '' ? url?.port : url.protocol === 'https:' ? '443' : '80'
  return {
    ...(record.method !== null && methodAttributes(record.method)),
    'url.full': url === null ? null : `${url.origin}${beginningOf(record.rawPath) ?? ''}`,
    'server.address': url?.hostname,
    'server.port': port === undefined ? null : Number(port),
    'http.response.status_code': status,
    'error.type': (status ?? 500) >= 400 ? String(status ?? record.code ?? 'client-closed') : null,
    'http.request.resend_count': attempts > 1 ? attempts - 1 : null,
  }
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
    attributes: Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined)),
    ...{ events: [], links: [], droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
    ...{ ended: true, duration: timeOf(end - start) },
    ...telemetrySource,
  } as unknown as Span
}

/** Seconds and nanoseconds. */
function timeOf(milliseconds: number): [number, number] {
  const whole = Math.floor(milliseconds)
  return [Math.floor(whole / 1000), (whole % 1000) * 1_000_000 + Math.floor((milliseconds - whole) * 1_000_000)]
}
