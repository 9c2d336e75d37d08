import type { CanonicalRequest } from '../../../request/index.ts'
import { type CookieNames, cookieNames, isHandle, readCookies } from '../../identity/sessions/index.ts'
import { schemeOf } from '../../tls/index.ts'
import type { RequestContext } from '../request-context.ts'

/** The origin in the browser, and its cookie names. */
export interface BrowserOrigin {
  /** Such as `https://app.example`. */
  readonly origin: string
  readonly cookies: CookieNames
}

/** Returns `null` without TLS on other machines, where sign-in is impossible. */
export function browserOriginOf({ incoming }: RequestContext, request: CanonicalRequest): BrowserOrigin | null {
  const scheme = schemeOf(request, incoming.socket)
  const cookies = cookieNames(scheme, request.host)
  return cookies === null ? null : { origin: originOf(request, scheme), cookies }
}

/** Serializes an origin (RFC 6454 §6.2), without the scheme's default port. */
export function originOf({ host, port }: CanonicalRequest, scheme: 'http' | 'https'): string {
  const usual = scheme === 'https' ? 443 : 80
  return port === null || port === usual ? `${scheme}://${host}` : `${scheme}://${host}:${port}`
}

/** Returns a possible session handle; `null` if there is none or several. */
export function handleIn(request: CanonicalRequest, { cookies }: BrowserOrigin): string | null {
  const [handle, ...others] = readCookies(request, cookies.session)
  return handle !== undefined && others.length === 0 && isHandle(handle) ? handle : null
}

/** Whether a page of this origin sent it, so a person wants it, by `Sec-Fetch-Site` or (older browsers) `Origin`. Required. */
export function isSameOrigin({ headers }: CanonicalRequest, { origin }: BrowserOrigin): boolean {
  if (headers.count('sec-fetch-site') > 0 && headers.get('sec-fetch-site') !== 'same-origin') return false
  if (headers.count('origin') > 0) return headers.get('origin') === origin
  return headers.get('sec-fetch-site') === 'same-origin'
}
