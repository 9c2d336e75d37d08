import type { CanonicalRequest } from '../../../request/index.ts'
import type { Anonymous, Caller } from '../../identity/index.ts'
import { schemeOf } from '../../tls/index.ts'
import { originOf } from '../endpoints/browser-origin.ts'
import type { RequestContext } from '../request-context.ts'

/** Whether browsers may add the credential on their own: an ambient caller's, or a certificate that the policy reads. */
export function isAmbient({ showedCertificate }: RequestContext, authentication: Anonymous | Caller): boolean {
  return authentication.kind === 'caller' ? authentication.ambient : showedCertificate
}

/**
 * Whether a page of another origin may have made a browser send an unsafe request with an ambient credential. `SameSite` does not
 * exclude sibling hosts (RFC 6265bis, section 8.8), and client certificates have no such attribute. Browsers name the page's
 * origin by `Sec-Fetch-Site`, and `Origin` for unsafe methods (RFC 9110, section 9.2.1); a client that sends neither is no
 * browser.
 *
 * @param origins of pages that may, in lower case
 */
export function isOfForeignPage(context: RequestContext, request: CanonicalRequest, origins: readonly string[]): boolean {
  const { method, headers } = request
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false
  const says = headers.count('origin') > 0
  if (!says && headers.count('sec-fetch-site') === 0) return false
  const site = headers.get('sec-fetch-site')
  // A page with a strict referrer policy sends `null` to its own service too.
  if (site === 'same-origin' || site === 'none') return false
  const origin = headers.get('origin')
  if (origin === undefined) return true
  if (origin === originOf(request, schemeOf(request, context.incoming.socket)) || origins.includes(origin.toLowerCase()))
    return false
  return context.cors?.trusts(origin) !== true
}
