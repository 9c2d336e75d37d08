import { escapeControls } from '../log.ts'
import type { AuditRecord } from './audit-record.ts'

/**
 * The record on one line, with its end. What could break the line or hide in it is escaped as JSON escapes it. Written out field by field, as that takes
 * half of what `JSON.stringify` and a look at all of its text take, of every request; a test compares both.
 */
export function auditLine(record: AuditRecord): string {
  const { caller, obligations, upstream, durations } = record
  return (
    `{"version":${record.version},"time":${text(record.time)},"requestId":${text(record.requestId)}` +
    `,"traceId":${text(record.traceId)},"source":${text(record.source)},"caller":${caller === null ? 'null' : callerIn(caller)}` +
    `,"method":${text(record.method)},"host":${text(record.host)},"path":${text(record.path)},"rawPath":${text(record.rawPath)}` +
    `,"query":${record.query},"route":${text(record.route)},"service":${text(record.service)},"labels":${texts(record.labels)}` +
    `,"effect":"${record.effect}","status":${record.status},"code":${text(record.code)},"detail":${text(record.detail)}` +
    `,"rules":${texts(record.rules)},"reason":${text(record.reason)},"errors":${list(record.errors)}` +
    `,"challenge":${record.challenge === null ? 'null' : list(record.challenge)}` +
    `,"obligations":{"headers":${texts(obligations.headers)},"limits":${texts(obligations.limits)}}` +
    `,"shadow":${texts(record.shadow)},"revision":${text(record.revision)},"sequence":${record.sequence}` +
    `,"upstream":${upstream === null ? 'null' : upstreamIn(upstream)},"complete":${record.complete}` +
    `,"responseBytes":${record.responseBytes},"durations":{"decision":${durations.decision},"upstream":${durations.upstream}` +
    `,"total":${durations.total}},"strippedHeaders":${texts(record.strippedHeaders)}}\n`
  )
}

function callerIn({ identity, subject }: NonNullable<AuditRecord['caller']>): string {
  return `{"identity":${text(identity)},"subject":${text(subject)}}`
}

function upstreamIn({ address, status, attempts }: NonNullable<AuditRecord['upstream']>): string {
  return `{"address":${text(address)},"status":${status}${attempts === undefined ? '' : `,"attempts":${attempts}`}}`
}

function text(value: string | null): string {
  if (value === null) return 'null'
  return plain.test(value) ? `"${value}"` : any(value)
}

/** Printable ASCII that JSON has as it is. */
const plain = /^[ !#-[\]-~]*$/

function texts(values: readonly string[]): string {
  return values.length === 1 ? `[${text(values[0] as string)}]` : list(values)
}

function list(values: readonly unknown[]): string {
  return values.length === 0 ? '[]' : any(values)
}

function any(value: unknown): string {
  return escapeControls(JSON.stringify(value))
}
