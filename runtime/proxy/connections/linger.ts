import type { InboundRequest } from '../inbound-request.ts'
import { isSending } from '../request-body.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * A client that gets its answer early may still be sending its request. What comes is read and thrown away, for `ms` at most, so
 * that the answer is not lost in a reset (RFC 9112 §9.6). `over` is called once: when the request is there, the client is gone,
 * or it is time. For a request that is not complete.
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

/** After an answer on a connection that stays: if the rest of the request is short, the connection can be used again. */
export function lingerOrClose(incoming: InboundRequest, ms: number): void {
  lingerOver(incoming, ms, () => {
    if (!incoming.complete) incoming.socket.destroy()
  })
}

/** After a response of the proxy's own: as `lingerOrClose`, if the client is still sending its request. */
export function lingerAfter(exchange: RequestContext): void {
  if (isSending(exchange)) lingerOrClose(exchange.incoming, exchange.proxy.limits.linger)
}

/** Connections on which nothing that follows is handled: what had two readings may have left something behind. */
const ended = new WeakSet<object>()

export function endConnection(incoming: { readonly socket: object }): void {
  ended.add(incoming.socket)
}

export function hasEnded(incoming: { readonly socket: object }): boolean {
  return ended.has(incoming.socket)
}
