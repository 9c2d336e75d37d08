import { type CanonicalRequest, foldHeaderName, hopByHop, isIdentityHeader, isOwnHeader } from '../../../request/index.ts'
import { withoutOwnCookies } from '../../identity/sessions/index.ts'
import type { RouteEntry } from '../../policy/index.ts'

/** The request headers that a permit rule adds, and the names of headers that clients must not send because rules set them. */
export interface Permitted {
  /**
   * Names of all request headers that rules of the service set, normalized by `bareHeaderName`. The client's headers of these
   * names are removed.
   */
  readonly own: ReadonlySet<string>
  readonly headers: Readonly<Record<string, string>>
}

export interface Added {
  readonly requestId: string
  readonly scheme: 'http' | 'https'
  readonly assertion: string
  /**
   * Lower-case names of the headers from which the proxy took the credential. They are not forwarded, nor is a proof of
   * possession.
   */
  readonly consumed: readonly string[]
  /**
   * Names of headers in which other proxies state the caller's identity, and which clients may send nevertheless. They are
   * normalized by `bareHeaderName`.
   */
  readonly allowed: ReadonlySet<string>
  readonly permitted: Permitted
}

export interface UpstreamHeaders {
  readonly headers: string[]
  /** Lower-case names of the client's headers that were removed. */
  readonly stripped: string[]
}

/**
 * Builds the request headers for the service. Starts with the headers that the policy decided on. Removes the proxy's cookies
 * and all headers reserved for proxies or set by rules, in any spelling that a service may accept. Adds the headers of the
 * proxy and the permit.
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

/**
 * Returns what becomes of a client's header on the way to the service: `strip` if clients must not send it, `consumed` if the
 * proxy took the credential from it.
 */
export function headerFate(name: string, { permitted, allowed, consumed }: Omit<Added, 'scheme'>): 'strip' | 'consumed' | 'keep' {
  const kind = kindOf(name)
  if (kind === 'reserved' || (permitted.own.size > 0 && permitted.own.has(bareHeaderName(name)))) return 'strip'
  if (kind === 'identity' && !allowed.has(bareHeaderName(name))) return 'strip'
  return isConsumed(name, consumed) ? 'consumed' : 'keep'
}

/** `reserved`: never from clients; `identity`: only if configured. */
type Kind = 'reserved' | 'identity' | 'plain'

const kindOf = byName((name): Kind => {
  if (isOwnHeader(name) || isProxyClaim(name)) return 'reserved'
  return isIdentityHeader(name) ? 'identity' : 'plain'
})

/** Limits of a cache: clients and services choose names. */
const MAX_CACHED = { names: 1000, length: 64 }

/**
 * Returns a function like `of` that caches its results by header name. Messages use few distinct names, and a lookup in the cache
 * is cheaper than a call.
 */
export function byName<T>(of: (name: string) => T): (name: string) => T {
  const cached = new Map<string, T>()
  return (name) => {
    const known = cached.get(name)
    if (known !== undefined) return known
    const result = of(name)
    if (name.length > MAX_CACHED.length) return result
    // A client must not fill it for good.
    if (cached.size >= MAX_CACHED.names) cached.clear()
    cached.set(name, result)
    return result
  }
}

/** Whether a name means one of these headers in any spelling. A proof (RFC 9449, section 4) belongs to its credential. */
function isConsumed(name: string, consumed: readonly string[]): boolean {
  if (consumed.length === 0) return false
  if (consumed.includes(name) || name === 'dpop') return true
  if (!oddlySpelled.test(name)) return false
  const bare = bareHeaderName(name)
  return consumed.includes(bare) || bare === 'dpop'
}

/** Fast path: a usual name cannot be read as another one. */
const oddlySpelled = /[^a-z0-9-]|--|^-|-$/

/** Normalizes a header name as the most lenient service would: `_x-tier` equals `X.Tier`. */
export function bareHeaderName(name: string): string {
  return foldHeaderName(name).replace(/^-|-$/g, '')
}

/** Returns the names of all request headers that rules of the route's service set, normalized by `bareHeaderName`. */
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
 * Returns whether a header of this name, in any spelling, is reserved for proxies: it states the source address or client
 * certificate, or overrides the method or URL.
 */
export function isProxyClaim(name: string): boolean {
  // Nearly all names fail the first test, which does not allocate.
  return mayBeClaim.test(name) && claim.test(foldHeaderName(name))
}

const mayBeClaim = /forwarded|real|client|original|rewrite|method|ssl|mtls|connecting|remote|envoy|azure|appengine|fly/
const claim = new RegExp(
  `^-?(?:${[
    '(?:x-)?client-cert(?:ificate)?(?:-.*)?|(?:x-)?ssl-(?:client|cert)(?:-.*)?|x-arr-clientcert|x-amzn-mtls-.*',
    'forwarded|x-forwarded(?:-.*)?|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-connecting-ip(?:v6)?',
    'fastly-client-ip|fly-client-ip|x-azure-(?:clientip|socketip)|x-appengine-(?:user-ip|remote-addr)|x-remote-(?:ip|addr)',
    'x-envoy-(?:external-address|internal|original-path|original-host|peer-metadata.*)',
    // Its URL and method.
    'x-original-(?:url|uri|host|method)|x-rewrite-url|x-http-method(?:-override)?|x-method-override',
  ].join('|')})-?$`,
)
