import type { CanonicalRequest } from '../../request/index.ts'
import type { Exchange } from './exchange.ts'
import { placeOf } from './own-pages/place.ts'

/**
 * Whether a page of another origin has made a browser send what may change something, with the cookie of a session (RFC 6265bis, section 8.8). `SameSite` keeps other sites out, but not the host next door.
 * Browsers say whose page it is by `Sec-Fetch-Site`, and by `Origin` where it is no safe method (RFC 9110, section 9.2.1); who says neither is none.
 *
 * @param origins of pages that may, in lower case
 */
export function isOfForeignPage(exchange: Exchange, request: CanonicalRequest, origins: readonly string[]): boolean {
  const { method, headers } = request
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false
  const says = headers.count('origin') > 0
  if (!says && headers.count('sec-fetch-site') === 0) return false
  const site = headers.get('sec-fetch-site')
  // A page that tells nobody where it is says `null` to its own service, too.
  if (site === 'same-origin' || site === 'none') return false
  const origin = headers.get('origin')
  if (origin === undefined) return true
  if (origin === placeOf(exchange, request)?.origin || origins.includes(origin.toLowerCase())) return false
  return exchange.cors?.trusts(origin) !== true
}
