import { createHash } from 'node:crypto'
import type { CanonicalRequest } from '../../../request/index.ts'
import { schemeOf } from '../../tls/index.ts'
import { originOf } from '../endpoints/browser-origin.ts'
import type { InboundRequest } from '../inbound-request.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import { hasBody } from '../request-body.ts'

/**
 * Returns the refusal of a permitted WebSocket request if its handshake is invalid (RFC 6455 §4.2.1), else `null`. Refuses pages
 * of other origins than the service's own and `origins`, because browsers send credentials for any page (§10.2). A request
 * without an `Origin` header is accepted, because no browser sends it.
 *
 * @param origins allowed origins in lower case
 */
export function refusedHandshake(
  request: CanonicalRequest,
  incoming: InboundRequest,
  origins: readonly string[],
): Refusal | null {
  const { headers, method } = request
  const key = headers.get('sec-websocket-key')
  if (method !== 'GET' || hasBody(incoming, headers) || key === undefined || !NONCE.test(key))
    return refusalOf('websocket-handshake')
  if (headers.get('sec-websocket-version') !== VERSION)
    return refusalOf('websocket-handshake', { status: 426, headers: [['sec-websocket-version', VERSION]] })
  return isForeignWebSocket(request, incoming, origins) ? refusalOf('websocket-origin') : null
}

/**
 * Returns whether a page of another origin than the service's own and `origins` asks for a WebSocket. A request without an
 * `Origin` header is of no page.
 */
export function isForeignWebSocket(request: CanonicalRequest, { socket }: InboundRequest, origins: readonly string[]): boolean {
  const { headers } = request
  if (headers.count('origin') === 0) return false
  const origin = headers.get('origin')?.toLowerCase()
  return origin !== originOf(request, schemeOf(request, socket)) && (origin === undefined || !origins.includes(origin))
}

const VERSION = '13'
/** 16 bytes in base64. */
const NONCE = /^[A-Za-z0-9+/]{21}[AQgw]==$/

/** Returns the `Sec-WebSocket-Accept` value for a key (RFC 6455 §4.2.2). */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}
