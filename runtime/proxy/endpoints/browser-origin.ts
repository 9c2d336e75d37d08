import type { CanonicalRequest } from '../../../request/index.ts'
import { type CookieNames, cookieNames, isHandle, readCookies } from '../../identity/sessions/index.ts'
import { schemeOf } from '../../tls/index.ts'
import type { RequestContext } from '../request-context.ts'

/** Where a browser is, and what it is given there. */
export interface BrowserOrigin {
  /** As browsers write it: `https://app.example`. */
  readonly origin: string
  readonly cookies: CookieNames
}

/** Null: nobody can sign in there, as it is neither over TLS nor on this machine. */
export function browserOriginOf({ incoming }: RequestContext, request: CanonicalRequest): BrowserOrigin | null {
  const scheme = schemeOf(request, incoming.socket)
  const cookies = cookieNames(scheme, request.host)
  return cookies === null ? null : { origin: originOf(request, scheme), cookies }
}

/** As browsers write it (RFC 6454 §6.2): without the port that the scheme has anyway. */
export function originOf({ host, port }: CanonicalRequest, scheme: 'http' | 'https'): string {
  const usual = scheme === 'https' ? 443 : 80
  return port === null || port === usual ? `${scheme}://${host}` : `${scheme}://${host}:${port}`
}

/** What could be the handle of a session; null where there is none, or more than one. */
export function handleIn(request: CanonicalRequest, { cookies }: BrowserOrigin): string | null {
  const [handle, ...others] = readCookies(request, cookies.session)
  return handle !== undefined && others.length === 0 && isHandle(handle) ? handle : null
}

/**
 * Whether a page of this very origin has sent the request: then a person who is there wants it. Browsers say so by
 * `Sec-Fetch-Site`, older ones by `Origin`; who says neither is not believed.
 */
export function isSameOrigin({ headers }: CanonicalRequest, { origin }: BrowserOrigin): boolean {
  if (headers.count('sec-fetch-site') > 0 && headers.get('sec-fetch-site') !== 'same-origin') return false
  if (headers.count('origin') > 0) return headers.get('origin') === origin
  return headers.get('sec-fetch-site') === 'same-origin'
}
