import { type CanonicalRequest, foldHeaderName, hopByHop, isOwnHeader } from '../../request/index.ts'

export interface Added {
  readonly requestId: string
  /** `x-iap-assertion` */
  readonly assertion: string
  /** The header whose credential was consumed: it is not the service's. Lower case. */
  readonly consumed: 'authorization' | null
}

export interface UpstreamHeaders {
  /** Name, value, name, value … */
  readonly headers: string[]
  /** Names of what a client must not send to a service, as it spelled them in lower case. */
  readonly stripped: string[]
}

/**
 * What the service is told. The end-to-end headers of the canonical request, as the decision saw them; without those that only
 * a proxy may send, in any spelling that some service reads as them; with ours.
 */
export function upstreamHeaders(request: CanonicalRequest, added: Added): UpstreamHeaders {
  const host = request.port === null ? request.host : `${request.host}:${request.port}`
  const headers = ['host', host]
  const stripped: string[] = []
  const hop = hopByHop(request.headers)
  for (const [name, value] of request.headers.entries()) {
    if (isOwnHeader(name) || isProxyClaim(name)) stripped.push(name)
    else if (name !== 'host' && name !== 'expect' && name !== added.consumed && !hop.has(name)) headers.push(name, value)
  }
  headers.push('x-forwarded-for', request.sourceIp, 'x-forwarded-proto', 'http', 'x-forwarded-host', host)
  headers.push('x-iap-request-id', added.requestId, 'x-iap-assertion', added.assertion)
  return { headers, stripped }
}

/**
 * Does the header claim, in any spelling, what only a proxy knows (where the request came from), or that the request is another
 * one than was decided (its address, its method)? Services believe such headers of whoever stands before them.
 */
export function isProxyClaim(name: string): boolean {
  // Nearly every name fails the first test, without an allocation.
  return mayBeClaim.test(name) && claim.test(foldHeaderName(name))
}

const mayBeClaim = /forwarded|real|client|original|rewrite|method/
const claim =
  /^-?(?:forwarded|x-forwarded(?:-.*)?|x-real-ip|x-client-ip|true-client-ip|x-original-(?:url|uri|host|method)|x-rewrite-url|x-http-method(?:-override)?|x-method-override)-?$/
