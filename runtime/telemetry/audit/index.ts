export { type ActionAudit, openActionAudit } from './action-audit.ts'
export { type Action, type ActionRecord, actionRecord } from './action-record.ts'
export type { AuditConfig, FileAuditConfig, StdoutAuditConfig } from './audit-config.ts'
export { auditLine } from './audit-line.ts'
export { type AuditLog, type AuditOptions, createAuditLog, openAuditLog } from './audit-log.ts'
export { AUDIT_VERSION, type AuditRecord } from './audit-record.ts'
export { AuditSink, type SinkOptions } from './audit-sink.ts'
export type { Head } from './chain.ts'
export {
  type Asking,
  type ChangeRecord,
  dataChange,
  type PolicyChangeRecord,
  policyChange,
  type ShareRecord,
} from './change-record.ts'
export { type LineTarget, WriteError } from './line-target.ts'
export { type Login, type LoginRecord, loginRecord } from './login-record.ts'
export { Outlet } from './outlet.ts'
export type { Witnessed } from './own-records.ts'
export { readAuditSecrets } from './read-secrets.ts'
export { RECENT_FILTERS, type Recent, type RecentAsked, type RecentFilter } from './recent.ts'
export type { RecentPlace } from './recent-records.ts'
export { mismatchForLog, type WrittenRecord } from './redaction.ts'
export type { TrialOutcome } from './trial-outcome.ts'
