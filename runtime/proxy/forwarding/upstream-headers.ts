import { type CanonicalRequest, foldHeaderName, hopByHop, isIdentityHeader, isOwnHeader } from '../../../request/index.ts'
import { withoutOwnCookies } from '../../identity/sessions/index.ts'
import type { RouteEntry } from '../../policy/index.ts'

/** What a permit sends, and what no client may. */
export interface Permitted {
  /** Headers that rules of the service set, as `bareHeaderName` has them. */
  readonly own: ReadonlySet<string>
  readonly headers: Readonly<Record<string, string>>
}

export interface Added {
  readonly requestId: string
  /** Over which the client has sent the request. */
  readonly scheme: 'http' | 'https'
  /** `x-iap-assertion` */
  readonly assertion: string
  /** Headers whose credential was consumed, in lower case: it is not the service's, and neither is a proof of it. */
  readonly consumed: readonly string[]
  /** Identity headers of other proxies that the client may send, as `bareHeaderName` has them. */
  readonly allowed: ReadonlySet<string>
  readonly permitted: Permitted
}

export interface UpstreamHeaders {
  /** Name, value, name, value … */
  readonly headers: string[]
  /** Names of what a client must not send to a service, as it spelled them in lower case. */
  readonly stripped: string[]
}

/**
 * What the service is told. The end-to-end headers of the canonical request, as the decision saw them; without those that only a
 * proxy may send, and those that rules of the policy set, in any spelling that some service reads as them, and without the
 * proxy's cookies; with ours and the permit's.
 */
export function upstreamHeaders(request: CanonicalRequest, added: Added): UpstreamHeaders {
  const host = request.port === null ? request.host : `${request.host}:${request.port}`
  const headers = ['host', host]
  const stripped: string[] = []
  const hop = hopByHop(request.headers)
  const { own, headers: set } = added.permitted
  const { consumed } = added
  for (const [name, value] of request.headers.entries()) {
    const kind = kindOf(name)
    if (kind === 'reserved' || (own.size > 0 && own.has(bareHeaderName(name)))) stripped.push(name)
    else if (kind === 'identity' && !added.allowed.has(bareHeaderName(name))) stripped.push(name)
    else if (name === 'host' || name === 'expect' || isConsumed(name, consumed) || hop.has(name)) continue
    else if (name.includes('cookie')) {
      const others = withoutOwnCookies(value)
      if (others !== null) headers.push(name, others)
    } else headers.push(name, value)
  }
  headers.push('x-forwarded-for', request.sourceIp, 'x-forwarded-proto', added.scheme, 'x-forwarded-host', host)
  headers.push('x-iap-request-id', added.requestId, 'x-iap-assertion', added.assertion)
  for (const name of Object.keys(set)) headers.push(name, set[name] as string)
  return { headers, stripped }
}

/** `reserved`: no client may send it; `identity`: only where the configuration allows it. */
type Kind = 'reserved' | 'identity' | 'plain'

/** Clients send few names, and looking one up costs less than one of the tests. */
const kinds = new Map<string, Kind>()
/** Names that are kept, and their characters at most: clients choose them. */
const KEPT = { names: 1000, length: 64 }

function kindOf(name: string): Kind {
  const known = kinds.get(name)
  if (known !== undefined) return known
  const kind = isOwnHeader(name) || isProxyClaim(name) ? 'reserved' : isIdentityHeader(name) ? 'identity' : 'plain'
  if (name.length > KEPT.length) return kind
  // One client must not fill it for ever.
  if (kinds.size >= KEPT.names) kinds.clear()
  kinds.set(name, kind)
  return kind
}

/** Is it one of these headers, in any spelling? A proof (RFC 9449, section 4) goes with the credential that it is of. */
function isConsumed(name: string, consumed: readonly string[]): boolean {
  if (consumed.length === 0) return false
  if (consumed.includes(name) || name === 'dpop') return true
  if (!oddlySpelled.test(name)) return false
  const bare = bareHeaderName(name)
  return consumed.includes(bare) || bare === 'dpop'
}

/** Nearly no name is: none of these reads as another one. */
const oddlySpelled = /[^a-z0-9-]|--|^-|-$/

/** The header as the loosest service reads it, with what hangs on at either end away: `_x-tier` is as good as `X.Tier`. */
export function bareHeaderName(name: string): string {
  return foldHeaderName(name).replace(/^-|-$/g, '')
}

/** Returns the headers that rules of the route's service set, as `bareHeaderName` has them. */
export function ownHeadersOf(route: RouteEntry): ReadonlySet<string> {
  if (route.ownHeaders.length === 0) return NONE
  let known = ownHeaders.get(route)
  if (known === undefined) {
    known = new Set(route.ownHeaders.map(bareHeaderName))
    ownHeaders.set(route, known)
  }
  return known
}

const NONE: ReadonlySet<string> = new Set()
const ownHeaders = new WeakMap<RouteEntry, ReadonlySet<string>>()

/**
 * Does the header claim, in any spelling, what only a proxy knows (where the request came from, whose certificate was shown), or
 * that the request is another one than was decided (its address, its method)? Services believe such headers of whoever stands
 * before them.
 */
export function isProxyClaim(name: string): boolean {
  // Nearly every name fails the first test, without an allocation.
  return mayBeClaim.test(name) && claim.test(foldHeaderName(name))
}

const mayBeClaim = /forwarded|real|client|original|rewrite|method|ssl|mtls|connecting|remote|envoy|azure|appengine|fly/
const claim = new RegExp(
  `^-?(?:${[
    // The client certificate.
    '(?:x-)?client-cert(?:ificate)?(?:-.*)?|(?:x-)?ssl-(?:client|cert)(?:-.*)?|x-arr-clientcert|x-amzn-mtls-.*',
    // Where the request came from.
    'forwarded|x-forwarded(?:-.*)?|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-connecting-ip(?:v6)?',
    'fastly-client-ip|fly-client-ip|x-azure-(?:clientip|socketip)|x-appengine-(?:user-ip|remote-addr)|x-remote-(?:ip|addr)',
    'x-envoy-(?:external-address|internal|original-path|original-host|peer-metadata.*)',
    // Its address and its method.
    'x-original-(?:url|uri|host|method)|x-rewrite-url|x-http-method(?:-override)?|x-method-override',
  ].join('|')})-?$`,
)
