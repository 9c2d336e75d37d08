import type { CanonicalRequest } from '../../../request/index.ts'
import type { Anonymous, Caller } from '../../identity/index.ts'
import { schemeOf } from '../../tls/index.ts'
import { originOf } from '../endpoints/browser-origin.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Whether a browser may have added what the request was permitted by, whichever page made it: its caller's credential, or a
 * client certificate that the policy reads, without a caller.
 */
export function isAmbient({ showedCertificate }: RequestContext, authentication: Anonymous | Caller): boolean {
  return authentication.kind === 'caller' ? authentication.ambient : showedCertificate
}

/**
 * Whether a page of another origin has made a browser send what may change something, with a credential that browsers add by
 * themselves. `SameSite` keeps other sites out, but not the host next door (RFC 6265bis, section 8.8), and client certificates
 * have nothing like it. Browsers say whose page it is by `Sec-Fetch-Site`, and by `Origin` where it is no safe method (RFC 9110,
 * section 9.2.1); who says neither is none.
 *
 * @param origins of pages that may, in lower case
 */
export function isOfForeignPage(exchange: RequestContext, request: CanonicalRequest, origins: readonly string[]): boolean {
  const { method, headers } = request
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false
  const says = headers.count('origin') > 0
  if (!says && headers.count('sec-fetch-site') === 0) return false
  const site = headers.get('sec-fetch-site')
  // A page that tells nobody where it is says `null` to its own service, too.
  if (site === 'same-origin' || site === 'none') return false
  const origin = headers.get('origin')
  if (origin === undefined) return true
  if (origin === originOf(request, schemeOf(request, exchange.incoming.socket)) || origins.includes(origin.toLowerCase()))
    return false
  return exchange.cors?.trusts(origin) !== true
}
