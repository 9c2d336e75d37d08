import type { ActionRecord } from './action-record.ts'
import type { AuditRecord } from './audit-record.ts'
import type { ChangeRecord } from './change-record.ts'
import type { LoginRecord } from './login-record.ts'

/** A parsed line of the audit log: the record, tagged with its kind. */
export type RecordInLine =
  | { readonly kind: 'decision'; readonly record: AuditRecord }
  | { readonly kind: 'action'; readonly record: ActionRecord }
  | { readonly kind: 'login'; readonly record: LoginRecord }
  | { readonly kind: 'change'; readonly record: ChangeRecord }
  | { readonly kind: 'other'; readonly name: string; readonly record: { readonly time: string } }

/** Parses a line of the audit log that this proxy has written, and determines the kind of its record. */
export function recordIn(line: string): RecordInLine {
  const written: unknown = JSON.parse(line)
  const record = (line.includes(HASHED) ? withTexts(written) : written) as { readonly kind?: string; readonly time: string }
  switch (record.kind) {
    case undefined:
      return { kind: 'decision', record: record as unknown as AuditRecord }
    case 'action':
      return { kind: 'action', record: record as unknown as ActionRecord }
    case 'login':
      return { kind: 'login', record: record as unknown as LoginRecord }
    case 'policy':
    case 'data':
      return { kind: 'change', record: record as unknown as ChangeRecord }
    default:
      return { kind: 'other', name: record.kind, record }
  }
}

const HASHED = '{"hash":"'

/** Converts `{ hash }` to the text `hash:…`, because values in other formats have one type. */
function withTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTexts)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [[name, hash] = ['', null]] = entries
  if (entries.length === 1 && name === 'hash' && typeof hash === 'string') return `hash:${hash}`
  return Object.fromEntries(entries.map(([key, member]) => [key, withTexts(member)]))
}
