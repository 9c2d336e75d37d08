import { isObject } from '../../../base/values.ts'

/**
 * A line of a log as it is read: of this version, of one before, or written by somebody else. What is looked at is looked at
 * first.
 */
export type LogRecord = Readonly<Record<string, unknown>>

/** Null: it is no record. */
export function readRecord(text: string): LogRecord | null {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : null
  } catch {
    return null
  }
}

/** `request`, or what the log has beside these: `action`, `stream`, `checkpoint`, `omitted`. */
export function kindOf({ kind }: LogRecord): string {
  return typeof kind === 'string' ? kind : 'request'
}

/** Of members of members: `caller.subject`. */
export function valueAt(record: LogRecord, path: string): unknown {
  let value: unknown = record
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as LogRecord)[name]
  }
  return value
}

export function textAt(record: LogRecord, path: string): string | null {
  const value = valueAt(record, path)
  return typeof value === 'string' ? value : null
}
