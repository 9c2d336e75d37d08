import { endConnection } from '../connections/connection-state.ts'
import { lingerAfter } from '../connections/linger.ts'
import { rateLimitLines } from '../rate-limits/rate-limit-headers.ts'
import type { Refusal } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'
import { grpcStatusOf } from './grpc-status.ts'

/** Refuses a gRPC call with a gRPC status, sent as a head without a body ("Trailers-Only" of gRPC over HTTP/2). */
export function refuseGrpc(context: RequestContext, refusal: Refusal): void {
  const { answer, incoming, requestId } = context
  if (refusal.close) endConnection(incoming)
  const headers = [
    ...['content-type', 'application/grpc'],
    ...['grpc-status', String(grpcStatusOf(refusal))],
    ...['grpc-message', percentEncoded(refusal.because ?? refusal.detail)],
    ...['x-iap-error', refusal.code],
    ...['x-iap-request-id', requestId],
  ]
  if (context.limit !== null) headers.push(...rateLimitLines(context.limit))
  for (const [name, value] of refusal.headers) headers.push(name, value)
  answer.ending = 'head'
  answer.writeHead(200, headers)
  answer.end()
  lingerAfter(context)
}

/**
 * Encodes text for a gRPC status message (`Percent-Encoded` of gRPC over HTTP/2): escapes `%` and all UTF-8 bytes other than
 * space and visible ASCII.
 */
export function percentEncoded(text: string): string {
  let encoded = ''
  for (const byte of Buffer.from(text)) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}
