import { endConnection } from '../connections/connection-state.ts'
import { lingerOrClose, lingerOver } from '../connections/linger.ts'
import { isGrpc } from '../grpc/is-grpc.ts'
import { refuseGrpc } from '../grpc/refuse-grpc.ts'
import { rateLimitLines } from '../rate-limits/rate-limit-headers.ts'
import { isSending } from '../request-body.ts'
import type { RequestContext } from '../request-context.ts'
import { prefersHtml } from './prefers-html.ts'
import { problem } from './problem.ts'
import type { Refusal } from './refusal.ts'

/**
 * Sends the error response of a refusal: HTML to a browser, a status to a gRPC client, and `application/problem+json` to
 * others. A response that has begun is aborted instead.
 */
export function refuse(context: RequestContext, refusal: Refusal): void {
  const { answer, incoming, requestId, proxy } = context
  context.code = refusal.code
  if (context.ended) return
  if (answer.headersSent) return void answer.destroy()
  if (isGrpc(context)) return void refuseGrpc(context, refusal)

  const html = prefersHtml(context.request?.headers.get('accept'))
  const body = Buffer.from(html ? proxy.pages.refusal(refusal, requestId) : problem(refusal, requestId))
  const headers = [
    ...(html ? proxy.pages.headers : PROBLEM),
    'content-length',
    String(body.length),
    'cache-control',
    'no-store',
    'vary',
    'Accept',
    'x-content-type-options',
    'nosniff',
    'x-iap-error',
    refusal.code,
    'x-iap-request-id',
    requestId,
  ]
  // Scripts must be able to read the reason.
  if (context.cors !== null) headers.push(...context.cors.answerLines(context.request?.headers.get('origin'), true))
  if (context.limit !== null) headers.push(...rateLimitLines(context.limit))
  for (const [name, value] of refusal.headers) headers.push(name, value)
  if (refusal.close) endConnection(incoming)
  // A client that waits for `100 Continue` may send the body anyway (RFC 9110 §10.1.1).
  const last = !answer.multiplexed && (refusal.close || proxy.draining || incoming.headers.expect !== undefined)
  if (last) answer.shouldKeepAlive = false
  // The service's response may have set another.
  answer.ending = 'body'
  answer.writeHead(refusal.status, headers)
  const content = incoming.method === 'HEAD' ? '' : body
  const more = isSending(context)
  if (!more || !last) {
    answer.end(content)
    if (more) lingerOrClose(incoming, proxy.limits.linger)
  } else {
    // Deferred: Node ends a last connection with its response.
    answer.write(content)
    answer.flushHeaders()
    lingerOver(incoming, proxy.limits.linger, () => answer.end())
  }
}

const PROBLEM: readonly string[] = ['content-type', 'application/problem+json']
