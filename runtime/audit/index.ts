export { type AuditLog, type AuditOptions, createAuditLog, openAuditLog, type SinkConfig } from './audit-log.ts'
export { AUDIT_VERSION, type AuditRecord, auditLine } from './audit-record.ts'
export { AuditSink, type SinkOptions } from './audit-sink.ts'
export { type LineTarget, WriteError } from './line-target.ts'
