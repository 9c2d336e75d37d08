import type { CanonicalRequest } from '../../../request/index.ts'
import { schemeOf } from '../../tls/index.ts'
import { refusalOf } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import { continuesOf, hasBody, RequestBody } from '../request-body.ts'
import type { RequestContext } from '../request-context.ts'
import { type Service, StreamedBody } from '../upstreams/index.ts'
import { Forwarding } from './forwarding.ts'
import { takesTrailers } from './trailers.ts'
import { type Permitted, upstreamHeaders } from './upstream-headers.ts'

export interface Forwarded {
  readonly request: CanonicalRequest
  readonly service: Service
  readonly assertion: string
  /** The service's own token. `null`: none; `undefined`: it is not configured to get one. */
  readonly bearer: string | null | undefined
  readonly permitted: Permitted
  /** The body as received, if the policy has read it; `null`: it streams. */
  readonly body: Buffer | null
}

const NONE: readonly string[] = []

/** Forwards a decided request and its response, both unchanged. */
export function forward(context: RequestContext, { request, service, assertion, bearer, permitted, body }: Forwarded): void {
  const { incoming, authentication } = context
  const isHttp2 = service.config.protocol === 'http2'
  // RFC 8441 allows WebSockets over HTTP/2, but hardly any service supports it.
  if (isHttp2 && context.upgrade !== null) return void refuse(context, refusalOf('upgrade-unsupported'))
  const brought = authentication?.kind === 'caller' ? authentication.consumed : NONE
  const consumed = bearer === undefined ? brought : [...brought, 'authorization']
  const scheme = schemeOf(request, incoming.socket)
  const { headers, stripped } = upstreamHeaders(request, {
    requestId: context.requestId,
    scheme,
    assertion,
    consumed,
    allowed: context.proxy.identityHeaders(service.name),
    permitted,
  })
  context.strippedHeaders = stripped
  if (bearer) headers.push('authorization', `Bearer ${bearer}`)
  if (isHttp2 && takesTrailers(context)) headers.push('te', 'trailers')
  const Streamed = isHttp2 ? StreamedBody : RequestBody
  const sent = body ?? (hasBody(incoming, request.headers) ? new Streamed(incoming, continuesOf(context)) : null)
  const { span } = context
  new Forwarding(context, service, request, span === null ? headers : span.forward(headers), sent).begin()
}
