import { type LogsSerializer, methodAttributes, telemetrySource } from '../../otlp/index.ts'
import type { ActionRecord } from '../action-record.ts'
import type { AuditRecord } from '../audit-record.ts'
import type { LoginRecord } from '../login-record.ts'
import { toOcsf } from '../ocsf/to-ocsf.ts'
import { type RecordInLine, recordIn } from '../record-in.ts'

/** As OpenTelemetry's SDK has it: what its serializers read. */
export type LogRecord = Parameters<LogsSerializer['serializeRequest']>[0][number]

type Attribute = string | number | boolean | readonly string[] | null | undefined

/** OpenTelemetry's log data model, "Severity Fields". */
const SEVERITIES = { info: [9, 'INFO'], warn: [13, 'WARN'], error: [17, 'ERROR'] } as const

/**
 * The body is the line itself (so that what reads audit files reads it, too) or the event in place of it; by the attributes it is found. Those that OpenTelemetry's semantic conventions have
 * are theirs.
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
    eventName: `iap.${found.kind === 'other' ? found.name : found.kind}`,
    body: asOcsf ? JSON.stringify(toOcsf(found)) : line,
    attributes: present(attributesOf(found)),
    droppedAttributesCount: 0,
    ...(traceId !== null && { spanContext: { traceId, spanId: '', traceFlags: 0 } }),
    ...telemetrySource,
  } as unknown as LogRecord
}

/** A hash of one is none. */
function isTraceId(text: string | null): boolean {
  return text !== null && /^[0-9a-f]{32}$/.test(text)
}

function severityOf(found: RecordInLine): keyof typeof SEVERITIES {
  if (found.kind === 'login') return found.record.outcome === 'success' ? 'info' : 'warn'
  if (found.kind !== 'decision') return 'info'
  if (found.record.code === 'internal') return 'error'
  return found.record.effect === 'permit' && found.record.code === null ? 'info' : 'warn'
}

function attributesOf(found: RecordInLine): Readonly<Record<string, Attribute>> {
  switch (found.kind) {
    case 'decision':
      return ofDecision(found.record)
    case 'action':
      return ofAction(found.record)
    case 'login':
      return ofLogin(found.record)
    case 'other':
      return {}
  }
}

function ofDecision(record: AuditRecord): Readonly<Record<string, Attribute>> {
  return {
    ...(record.method !== null && methodAttributes(record.method)),
    'http.response.status_code': record.status,
    'url.path': record.rawPath,
    'server.address': record.host,
    'client.address': record.source,
    'error.type': record.code,
    'user.id': record.caller?.subject,
    'iap.request_id': record.requestId,
    'iap.identity': record.caller?.identity,
    'iap.credential': record.caller?.credential,
    'iap.service': record.service,
    'iap.route': record.route,
    'iap.labels': record.labels,
    'iap.effect': record.effect,
    'iap.rules': record.rules,
    'iap.reason': record.reason,
    'iap.revision': record.revision,
    'iap.sequence': record.sequence,
  }
}

function ofAction(record: ActionRecord): Readonly<Record<string, Attribute>> {
  return {
    'client.address': record.source,
    'iap.action': record.action,
    'iap.by': record.by,
    'iap.revocation': record.revocation.id,
  }
}

function ofLogin(record: LoginRecord): Readonly<Record<string, Attribute>> {
  return {
    'server.address': record.host,
    'client.address': record.source,
    'error.type': record.code,
    'user.id': record.subject,
    'session.id': record.session,
    'iap.request_id': record.requestId,
    'iap.identity': record.identity,
    'iap.method': record.method,
    'iap.action': record.action,
    'iap.by': record.by,
  }
}

function present(attributes: Readonly<Record<string, Attribute>>): Record<string, Attribute> {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  )
}
