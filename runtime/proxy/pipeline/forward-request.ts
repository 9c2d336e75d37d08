import { isOfSession } from '../../identity/index.ts'
import { schemeOf } from '../../tls/index.ts'
import { Forwarding, ownHeadersOf, takesTrailers, upstreamHeaders } from '../forwarding/index.ts'
import { refusalOf } from '../refusals/index.ts'
import type { RequestContext, RoutedContext } from '../request-context.ts'
import { endWithSession, noteForwarding } from '../request-lifecycle.ts'
import { hasLeft } from './admit-request.ts'
import { DONE, type StageResult } from './run-stages.ts'

/** Forwards the request to the service and the response to the client. Bodies are not changed. */
export function forwardRequest(context: RequestContext): StageResult {
  const { proxy, incoming, request, route, service, authentication, span, bearer } = context as RoutedContext
  if (service === null || authentication === null || authentication.kind === 'refused')
    throw new Error('a request without a service or a caller reached forwarding: this is a bug in iap; report it')
  if (hasLeft(context)) return DONE
  const { upstream } = service
  const isHttp2 = upstream.config.protocol === 'http2'
  // RFC 8441 allows WebSockets over HTTP/2, but hardly any service supports it.
  if (isHttp2 && context.upgrade !== null) return refusalOf('upgrade-unsupported')
  const isCaller = authentication.kind === 'caller'
  // Only now: a session that ended during a wait was checked again.
  if (proxy.signIn !== null && isCaller && isOfSession(authentication))
    endWithSession(context, proxy.signIn.usersOf(authentication.credential))
  noteForwarding(context)
  const assertion = proxy.signer.sign(authentication, route.service)
  const brought = isCaller ? authentication.consumed : NONE
  const { headers, stripped } = upstreamHeaders(request, {
    requestId: context.requestId,
    scheme: schemeOf(request, incoming.socket),
    assertion,
    consumed: bearer === undefined ? brought : [...brought, 'authorization'],
    allowed: service.identityHeaders,
    permitted: { own: ownHeadersOf(route), headers: context.obligations.headers },
  })
  context.strippedHeaders = stripped
  if (bearer) headers.push('authorization', `Bearer ${bearer}`)
  if (isHttp2 && takesTrailers(context)) headers.push('te', 'trailers')
  new Forwarding(context, upstream, request, span === null ? headers : span.forward(headers)).begin()
  return DONE
}

const NONE: readonly string[] = []
