import { percentEncoded } from '../../base/grpc.ts'
import { endConnection } from '../connections/connection-state.ts'
import { lingerAfter } from '../connections/linger.ts'
import { rateLimitLines } from '../rate-limits/rate-limit-headers.ts'
import type { Refusal } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'
import { grpcStatusOf } from './grpc-status.ts'

/** Refuses a gRPC call with a gRPC status, sent as a head without a body ("Trailers-Only" of gRPC over HTTP/2). */
export function refuseGrpc(context: RequestContext, refusal: Refusal): void {
  const { answer, incoming, requestId } = context
  if (refusal.close) endConnection(incoming)
  const headers = [
    ...['content-type', 'application/grpc'],
    ...['grpc-status', String(grpcStatusOf(refusal))],
    ...['grpc-message', percentEncoded(refusal.because ?? refusal.detail)],
    ...['x-iap-error', refusal.code],
    ...['x-iap-request-id', requestId],
  ]
  if (context.limit !== null) headers.push(...rateLimitLines(context.limit))
  for (const [name, value] of refusal.headers) headers.push(name, value)
  answer.ending = 'head'
  answer.writeHead(200, headers)
  answer.end()
  lingerAfter(context)
}
