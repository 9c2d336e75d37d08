import type { InboundRequest } from '../inbound-request.ts'
import { isSending } from '../request-body.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Discards the rest of an incomplete request after an early response, so that a TCP reset does not destroy the response (RFC
 * 9112 §9.6).
 *
 * @param ms maximum time in milliseconds
 * @param over called once: when the request is complete, the client is gone, or the time is up
 */
export function lingerOver(incoming: InboundRequest, ms: number, over: () => void): void {
  const timer = setTimeout(end, ms)
  incoming.once('close', end)
  function end(): void {
    clearTimeout(timer)
    incoming.off('close', end)
    over()
  }
  incoming.resume()
}

/**
 * Discards the rest of a request for up to `ms` milliseconds after an early response. Closes the connection if the request is
 * still incomplete then.
 */
export function lingerOrClose(incoming: InboundRequest, ms: number): void {
  lingerOver(incoming, ms, () => {
    if (!incoming.complete) incoming.socket.destroy()
  })
}

/** Discards the rest of a request after the proxy's own response, if the client is still sending. See `lingerOrClose`. */
export function lingerAfter(context: RequestContext): void {
  if (isSending(context)) lingerOrClose(context.incoming, context.proxy.limits.linger)
}
