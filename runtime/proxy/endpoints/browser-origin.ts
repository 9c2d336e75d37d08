import type { CanonicalRequest } from '../../../request/index.ts'
import { type CookieNames, cookieNames, isHandle, readCookies } from '../../identity/sessions/index.ts'
import { schemeOf } from '../../tls/index.ts'
import type { RequestContext } from '../request-context.ts'

/** The proxy's origin as the browser sees it, and the names of the proxy's cookies there. */
export interface BrowserOrigin {
  /** Serialized origin, such as `https://app.example`. */
  readonly origin: string
  readonly cookies: CookieNames
}

/**
 * Returns the origin that a browser sent a request to. Returns `null` without TLS unless the host is the local machine, because
 * sign-in is impossible then.
 */
export function browserOriginOf({ incoming }: RequestContext, request: CanonicalRequest): BrowserOrigin | null {
  const scheme = schemeOf(request, incoming.socket)
  const cookies = cookieNames(scheme, request.host)
  return cookies === null ? null : { origin: originOf(request, scheme), cookies }
}

/** Serializes an origin (RFC 6454 §6.2). The scheme's default port is omitted. */
export function originOf({ host, port }: CanonicalRequest, scheme: 'http' | 'https'): string {
  const usual = scheme === 'https' ? 443 : 80
  return port === null || port === usual ? `${scheme}://${host}` : `${scheme}://${host}:${port}`
}

/**
 * Returns the session handle in the cookies of a request; `null` if there is none, several, or one of invalid form. The handle
 * is not verified.
 */
export function handleIn(request: CanonicalRequest, { cookies }: BrowserOrigin): string | null {
  const [handle, ...others] = readCookies(request, cookies.session)
  return handle !== undefined && others.length === 0 && isHandle(handle) ? handle : null
}

/**
 * Returns whether a page of the proxy's own origin sent a request, which protects against cross-site request forgery. Uses
 * `Sec-Fetch-Site` or, for older browsers, `Origin`; a request without both does not pass.
 */
export function isSameOrigin({ headers }: CanonicalRequest, { origin }: BrowserOrigin): boolean {
  if (headers.count('sec-fetch-site') > 0 && headers.get('sec-fetch-site') !== 'same-origin') return false
  if (headers.count('origin') > 0) return headers.get('origin') === origin
  return headers.get('sec-fetch-site') === 'same-origin'
}
