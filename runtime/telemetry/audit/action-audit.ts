import { settledWithin } from '../../base/waiting.ts'
import type { ActionRecord } from './action-record.ts'
import type { AuditLog } from './audit-log.ts'

/** Where one action is recorded. */
export interface ActionAudit {
  note(record: ActionRecord): void
  /** Settled when the record is written, or when that takes too long to be waited for. */
  close(): Promise<void>
}

/** Milliseconds for which whoever acts waits for the record. */
const PATIENCE = 2000

/** Rejects where nothing can be recorded at the moment: what cannot be recorded does not happen. */
export async function openActionAudit(log: AuditLog): Promise<ActionAudit> {
  if (log.isFailing || (await log.hasCapacity()) === false) throw new Error('the audit log cannot be written to')
  return {
    note: (record) => log.note(record),
    close: () => settledWithin(log.written(), PATIENCE, undefined),
  }
}
