import { foldHeaderName, isConnectionField, isOwnHeader } from '../../../request/index.ts'
import type { OutboundResponse } from '../outbound-response.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Returns whether the client accepts trailers: always over HTTP/2, and over HTTP/1.1 if `TE` lists them (RFC 9110 §6.5.1,
 * §10.1.4).
 */
export function takesTrailers({ answer, request }: RequestContext): boolean {
  return answer.multiplexed || saysTrailers(request?.headers.get('te'))
}

export function saysTrailers(te: string | undefined): boolean {
  return te?.split(',').some((coding) => coding.trim().toLowerCase() === 'trailers') ?? false
}

/**
 * Returns whether the head of a response announces trailers (RFC 9110 §6.6.2).
 *
 * @param raw flat list of header names and values
 */
export function announcesTrailers(raw: readonly Buffer[]): boolean {
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as Buffer
    if (name.length === 7 && name.toString('latin1').toLowerCase() === 'trailer') return true
  }
  return false
}

/**
 * Forwards the trailers of a service's response that `mayTrail` allows.
 *
 * @param raw flat list of names and values
 */
export function passTrailers(answer: OutboundResponse, raw: readonly Buffer[]): void {
  const fields: string[] = []
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as Buffer).toString('latin1')
    if (mayTrail(name)) fields.push(name, (raw[i + 1] as Buffer).toString('latin1'))
  }
  if (fields.length > 0) answer.sendTrailers(fields)
}

/**
 * Returns whether a trailer of this name may be forwarded. The proxy's own headers and those that control a message are not
 * forwarded (RFC 9110 §6.5.1), because recipients that merge trailers into the head would trust them.
 */
export function mayTrail(name: string): boolean {
  const folded = foldHeaderName(name)
  return !isOwnHeader(name) && !isConnectionField(folded) && !headOnly.has(folded) && !folded.startsWith('access-control-')
}

const headOnly: ReadonlySet<string> = new Set([
  'age',
  'alt-svc',
  'authentication-info',
  'authorization',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-security-policy',
  'content-type',
  'cookie',
  'date',
  'dpop',
  'dpop-nonce',
  'expect',
  'expires',
  'host',
  'location',
  'max-forwards',
  'pragma',
  'proxy-authentication-info',
  'range',
  'retry-after',
  'set-cookie',
  'strict-transport-security',
  'vary',
  'warning',
  'www-authenticate',
])
