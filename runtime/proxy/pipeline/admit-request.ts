import type { CanonicalRequest } from '../../../request/index.ts'
import { schemeOf } from '../../tls/index.ts'
import { CheckIncoming } from '../checks/index.ts'
import { originOf } from '../endpoints/index.ts'
import { refusalOf } from '../refusals/index.ts'
import type { CanonicalContext, RequestContext, RoutedContext } from '../request-context.ts'
import { isForeignWebSocket, refusedHandshake } from '../websocket/websocket-handshake.ts'
import { CONTINUE, DONE, type StageResult } from './run-stages.ts'

/**
 * Refuses permitted requests that must not reach the service: invalid WebSocket handshakes, and cross-site requests that use
 * the browser's credentials.
 */
export function admitRequest(context: RequestContext): StageResult {
  const { request, incoming, service, upgrade } = context as RoutedContext
  const origins = service === null ? NONE : service.origins
  if (upgrade !== null) {
    const refused = refusedHandshake(request, incoming, origins)
    if (refused !== null) return refused
    if (hasLeft(context)) return DONE
  }
  if (incoming instanceof CheckIncoming && asksWebSocket(request)) {
    const mayLackOrigin = incoming.mayLackHeaders && request.headers.count('origin') === 0 && isAmbient(context)
    if (mayLackOrigin || isForeignWebSocket(request, incoming, origins)) return refusalOf('websocket-origin')
  }
  if (!SAFE.has(request.method) && isAmbient(context) && isOfForeignPage(context as CanonicalContext, origins))
    return refusalOf('cross-site')
  return CONTINUE
}

/** Refuses permitted requests to a service that the configuration does not have. */
export function findUpstream({ service }: RequestContext): StageResult {
  return service === null ? refusalOf('no-upstream') : CONTINUE
}

const NONE: readonly string[] = []
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Returns whether the client of a WebSocket request has closed its side, and if so destroys the connection: the client expects
 * no response.
 */
export function hasLeft({ upgrade, incoming }: RequestContext): boolean {
  if (upgrade === null || !upgrade.hasLeft) return false
  incoming.socket.destroy()
  return true
}

/**
 * Whether the asking proxy may switch to WebSocket. It converts the handshake of HTTP/2 (RFC 8441), which has no key, and checks
 * the rest of it. It may leave `Upgrade` out of the check, but not the other headers of the handshake.
 */
function asksWebSocket({ headers }: CanonicalRequest): boolean {
  for (const [name, value] of headers.entries())
    if (name.startsWith('sec-websocket-') || (name === 'upgrade' && /websocket/i.test(value))) return true
  return false
}

/** Whether browsers may add the credential on their own: an ambient caller's, or a certificate that the policy reads. */
function isAmbient({ authentication, certificate }: RequestContext): boolean {
  return authentication?.kind === 'caller' ? authentication.ambient : certificate !== null
}

/**
 * Whether a page of another origin may have made a browser send the unsafe request. `SameSite` does not exclude sibling hosts
 * (RFC 6265bis, section 8.8), and client certificates have no such attribute. Browsers name the page's origin by
 * `Sec-Fetch-Site`, and by `Origin` for unsafe methods (RFC 9110, section 9.2.1). A client that sends neither is no browser,
 * unless the asking proxy of a check may have left both out.
 *
 * @param origins of pages that may, in lower case
 */
function isOfForeignPage({ request, incoming, cors }: CanonicalContext, origins: readonly string[]): boolean {
  const { headers } = request
  const says = headers.count('origin') > 0
  if (!says && headers.count('sec-fetch-site') === 0) return incoming instanceof CheckIncoming && incoming.mayLackHeaders
  const site = headers.get('sec-fetch-site')
  // A page with a strict referrer policy sends `null` to its own service too.
  if (site === 'same-origin' || site === 'none') return false
  const origin = headers.get('origin')
  if (origin === undefined) return true
  if (origin === originOf(request, schemeOf(request, incoming.socket)) || origins.includes(origin.toLowerCase())) return false
  return cors?.trusts(origin) !== true
}
