import { endConnection, lingerOrClose, lingerOver } from '../connections/linger.ts'
import { isGrpc } from '../grpc/is-grpc.ts'
import { refuseGrpc } from '../grpc/refuse-grpc.ts'
import { rateLimitLines } from '../rate-limits/rate-limit-headers.ts'
import { isSending } from '../request-body.ts'
import type { RequestContext } from '../request-context.ts'
import { prefersHtml } from './prefers-html.ts'
import { problem } from './problem.ts'
import type { Refusal } from './refusal.ts'

/**
 * The proxy's own answer: a page for a person at a browser, `application/problem+json` for everything else; to a call of gRPC its
 * status. Never a redirect. If the answer has begun, the connection breaks: what was sent is not passed off as whole.
 */
export function refuse(exchange: RequestContext, refusal: Refusal): void {
  const { answer, incoming, requestId, proxy } = exchange
  exchange.code = refusal.code
  if (exchange.ended) return
  if (answer.headersSent) return void answer.destroy()
  if (isGrpc(exchange)) return void refuseGrpc(exchange, refusal)

  const html = prefersHtml(exchange.request?.headers.get('accept'))
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
  // A script must be able to read why it gets no answer of the service.
  if (exchange.cors !== null) headers.push(...exchange.cors.answerLines(exchange.request?.headers.get('origin'), true))
  if (exchange.limit !== null) headers.push(...rateLimitLines(exchange.limit))
  for (const [name, value] of refusal.headers) headers.push(name, value)
  if (refusal.close) endConnection(incoming)
  // Who waits for `100 Continue` may send the body nevertheless (RFC 9110 §10.1.1).
  const last = !answer.multiplexed && (refusal.close || proxy.draining || incoming.headers.expect !== undefined)
  if (last) answer.shouldKeepAlive = false
  // The service's, in whose place this one is, may have had another.
  answer.ending = 'body'
  answer.writeHead(refusal.status, headers)
  const content = incoming.method === 'HEAD' ? '' : body
  const more = isSending(exchange)
  if (!more || !last) {
    answer.end(content)
    if (more) lingerOrClose(incoming, proxy.limits.linger)
  } else {
    // Node ends a last connection with its answer: that waits.
    answer.write(content)
    answer.flushHeaders()
    lingerOver(incoming, proxy.limits.linger, () => answer.end())
  }
}

const PROBLEM: readonly string[] = ['content-type', 'application/problem+json']
