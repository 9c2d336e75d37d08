import type { CanonicalHeaders } from '../../../request/index.ts'

export interface CallerTrace {
  readonly traceId: string
  /** Of the caller's span: 16 digits. */
  readonly parentId: string
  readonly sampled: boolean
}

/** W3C Trace Context, §3.2: version 00 or a compatible later one; all-zero IDs are invalid. Null: absent or invalid. */
export function callerTrace(headers: CanonicalHeaders): CallerTrace | null {
  const match = traceparent.exec(headers.get('traceparent') ?? '')
  if (match === null) return null
  const [, traceId = '', parentId = '', flags = ''] = match
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** Returns the trace ID only. */
export function traceIdIn(headers: CanonicalHeaders): string | null {
  return traceparent.exec(headers.get('traceparent') ?? '')?.[1] ?? null
}

const traceparent = /^(?:00(?=.{53}$)|(?!ff|00)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/
