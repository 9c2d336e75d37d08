import { type Attributes, type LogsSerializer, put, putMethod, telemetrySource } from '../../../otlp/index.ts'
import type { ActionRecord } from '../../action-record.ts'
import type { AuditRecord } from '../../audit-record.ts'
import type { ChangeRecord } from '../../change-record.ts'
import type { LoginRecord } from '../../login-record.ts'
import { type RecordInLine, recordIn } from '../../record-in.ts'
import { toOcsf } from '../ocsf/to-ocsf.ts'

export type LogRecord = Parameters<LogsSerializer['serializeRequest']>[0][number]

/** Severity numbers and texts by level (OpenTelemetry's log data model, "Severity Fields"). */
const SEVERITIES = { info: [9, 'INFO'], warn: [13, 'WARN'], error: [17, 'ERROR'] } as const

/**
 * Converts a line of the audit log into an OTLP log record. The body is the line as in files, or the OCSF event. Attributes
 * follow OpenTelemetry's semantic conventions as far as these cover the record.
 */
export function logRecordOf(line: string, asOcsf: boolean): LogRecord {
  const found = recordIn(line)
  const [severityNumber, severityText] = SEVERITIES[severityOf(found)]
  const time = Date.parse(found.record.time)
  const hrTime: [number, number] = [Math.floor(time / 1000), (time % 1000) * 1_000_000]
  const traceId = found.kind === 'decision' && isTraceId(found.record.traceId) ? found.record.traceId : null
  return {
    hrTime,
    hrTimeObserved: hrTime,
    severityNumber,
    severityText,
    eventName: `iap.${nameOf(found)}`,
    body: asOcsf ? JSON.stringify(toOcsf(found)) : line,
    attributes: attributesOf(found),
    droppedAttributesCount: 0,
    ...(traceId !== null && { spanContext: { traceId, spanId: '', traceFlags: 0 } }),
    ...telemetrySource,
  } as unknown as LogRecord
}

/** Returns whether a text is a trace ID, and not a hash that replaces it. */
function isTraceId(text: string | null): boolean {
  return text !== null && /^[0-9a-f]{32}$/.test(text)
}

function severityOf(found: RecordInLine): keyof typeof SEVERITIES {
  if (found.kind === 'login') return found.record.outcome === 'success' ? 'info' : 'warn'
  if (found.kind === 'change') return found.record.refusal === null ? 'info' : 'warn'
  if (found.kind !== 'decision') return 'info'
  if (found.record.code === 'internal') return 'error'
  const { effect, code } = found.record
  // A client that closes its connection is not a problem of the service.
  return effect === 'permit' && (code === null || code === 'client-closed') ? 'info' : 'warn'
}

function attributesOf(found: RecordInLine): Attributes {
  const attributes: Attributes = {}
  if (found.kind === 'decision') ofDecision(found.record, attributes)
  else if (found.kind === 'action') ofAction(found.record, attributes)
  else if (found.kind === 'login') ofLogin(found.record, attributes)
  else if (found.kind === 'change') ofChange(found.record, attributes)
  return attributes
}

function ofDecision(record: AuditRecord, to: Attributes): void {
  putMethod(to, record.method)
  put(to, 'http.response.status_code', record.status)
  put(to, 'url.path', record.rawPath)
  put(to, 'server.address', record.host)
  put(to, 'client.address', record.source)
  put(to, 'error.type', record.code)
  put(to, 'user.id', record.caller?.subject)
  put(to, 'iap.request_id', record.requestId)
  put(to, 'iap.identity', record.caller?.identity)
  put(to, 'iap.credential', record.caller?.credential)
  put(to, 'iap.service', record.service)
  put(to, 'iap.route', record.route)
  put(to, 'iap.labels', record.labels)
  put(to, 'iap.effect', record.effect)
  put(to, 'iap.rules', record.rules)
  put(to, 'iap.reason', record.reason)
  put(to, 'iap.revision', record.revision)
  put(to, 'iap.sequence', record.sequence)
}

function ofAction(record: ActionRecord, to: Attributes): void {
  put(to, 'client.address', record.source)
  put(to, 'iap.action', record.action)
  put(to, 'iap.by', record.by)
  put(to, 'iap.revocation', record.revocation.id)
}

function nameOf(found: RecordInLine): string {
  if (found.kind === 'other') return found.name
  return found.kind === 'change' ? found.record.kind : found.kind
}

function ofChange(record: ChangeRecord, to: Attributes): void {
  put(to, 'client.address', record.source)
  put(to, 'error.type', record.refusal?.code)
  put(to, 'iap.action', record.change)
  put(to, 'iap.by', record.by)
  if (record.kind === 'data') put(to, 'iap.data', record.name)
  else {
    put(to, 'iap.revision', record.revision)
    put(to, 'iap.sequence', record.sequence)
  }
}

function ofLogin(record: LoginRecord, to: Attributes): void {
  put(to, 'server.address', record.host)
  put(to, 'client.address', record.source)
  put(to, 'error.type', record.code)
  put(to, 'user.id', record.subject)
  put(to, 'session.id', record.session)
  put(to, 'iap.request_id', record.requestId)
  put(to, 'iap.identity', record.identity)
  put(to, 'iap.method', record.method)
  put(to, 'iap.action', record.action)
  put(to, 'iap.by', record.by)
}
