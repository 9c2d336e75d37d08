import { isObject } from '../../../base/values.ts'

/** A parsed line of a log, of any version or author. Members are unchecked. */
export type LogRecord = Readonly<Record<string, unknown>>

/** Parses a line of a log. Returns `null` if it is not a JSON object. */
export function readRecord(text: string): LogRecord | null {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : null
  } catch {
    return null
  }
}

/** Returns the kind of a record: `request`, or another kind such as `action`, `stream`, `checkpoint` or `omitted`. */
export function kindOf({ kind }: LogRecord): string {
  return typeof kind === 'string' ? kind : 'request'
}

/** Returns the value of a nested member, such as `caller.subject`. */
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
