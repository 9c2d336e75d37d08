import type { CanonicalHeaders } from '../../../request/index.ts'

export interface CallerTrace {
  readonly traceId: string
  /** ID of the caller's span: 16 hexadecimal digits. */
  readonly parentId: string
  readonly sampled: boolean
}

/**
 * Parses the caller's `traceparent` header (W3C Trace Context, section 3.2) of version 00 or a compatible later one. Returns
 * `null` if it is absent or invalid; IDs of zeros are invalid.
 */
export function callerTrace(headers: CanonicalHeaders): CallerTrace | null {
  const match = traceparent.exec(headers.get('traceparent') ?? '')
  if (match === null) return null
  const [, traceId = '', parentId = '', flags = ''] = match
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** Returns the trace ID of the caller's `traceparent` header, or `null` if it is absent or invalid. */
export function traceIdIn(headers: CanonicalHeaders): string | null {
  return traceparent.exec(headers.get('traceparent') ?? '')?.[1] ?? null
}

const traceparent = /^(?:00(?=.{53}$)|(?!ff|00)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/
