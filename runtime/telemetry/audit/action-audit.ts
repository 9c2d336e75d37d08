import { settledWithin } from '../../base/waiting.ts'
import type { ActionRecord } from './action-record.ts'
import type { AuditLog } from './audit-log.ts'

export interface ActionAudit {
  note(record: ActionRecord): void
  /** Resolves when the record is written, or after a timeout. */
  close(): Promise<void>
}

/** Milliseconds for which an action waits for its record. */
const PATIENCE = 2000

/**
 * Opens the audit log for one action.
 *
 * @throws if nothing can be recorded now; the action must then not be carried out
 */
export async function openActionAudit(log: AuditLog): Promise<ActionAudit> {
  if (log.isFailing || (await log.hasCapacity()) === false)
    throw new Error('the audit log cannot be written: the log of the proxy names the failing sink')
  return {
    note: (record) => log.note(record),
    close: () => settledWithin(log.written(), PATIENCE, undefined),
  }
}
