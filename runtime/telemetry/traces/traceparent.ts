import type { CanonicalHeaders } from '../../../request/index.ts'

/** What a caller says of the trace that its request is of. */
export interface CallerTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** Of the caller's span: 16. */
  readonly parentId: string
  readonly sampled: boolean
}

/**
 * W3C Trace Context, §3.2: version 00 or one to come that begins alike; an all-zero identifier is invalid. Null: there is none,
 * or none that counts.
 */
export function callerTrace(headers: CanonicalHeaders): CallerTrace | null {
  const match = traceparent.exec(headers.get('traceparent') ?? '')
  if (match === null) return null
  const [, traceId = '', parentId = '', flags = ''] = match
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** Of it the trace alone. */
export function traceIdIn(headers: CanonicalHeaders): string | null {
  return traceparent.exec(headers.get('traceparent') ?? '')?.[1] ?? null
}

const traceparent = /^(?:00(?=.{53}$)|(?!ff|00)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/
