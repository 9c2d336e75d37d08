import type { InboundRequest } from '../inbound-request.ts'
import { isSending } from '../request-body.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Discards the rest of a request for up to `ms` after an early response, so that a reset does not destroy the response (RFC 9112
 * §9.6). Calls `over` once: when the request is complete, the client is gone, or time is up. Requires an incomplete request.
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

/** Keeps a connection after a response if the rest of the request is short, else closes it. */
export function lingerOrClose(incoming: InboundRequest, ms: number): void {
  lingerOver(incoming, ms, () => {
    if (!incoming.complete) incoming.socket.destroy()
  })
}

/** After the proxy's own response: `lingerOrClose` if the client is still sending. */
export function lingerAfter(context: RequestContext): void {
  if (isSending(context)) lingerOrClose(context.incoming, context.proxy.limits.linger)
}
