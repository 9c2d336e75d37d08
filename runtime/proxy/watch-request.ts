import { refusalOf } from './refusal.ts'
import { refuse } from './refuse.ts'
import type { RequestContext } from './request-context.ts'
import { GRACE } from './stall-clock.ts'

/**
 * Ends a request that gets no answer, whatever it is waiting for. Called about once a second for each request under way. What has
 * been forwarded is watched by what carries it; a tunnel has limits of its own.
 *
 * @param now milliseconds of `performance.now()`
 */
export function watchRequest(exchange: RequestContext, now: number): void {
  const { proxy, answer, requestId } = exchange
  if (exchange.tunnel !== null) return
  if (exchange.carrying !== null) return void exchange.carrying.watch(now)
  if (answer.headersSent) return
  exchange.watchedSince ??= now
  const waited = now - exchange.watchedSince
  // Up to `limits.request` its body may be what it waits for, and a timer of the front ends it.
  if (waited < proxy.limits.request + GRACE) return
  exchange.detail = `no answer after ${Math.round(waited)} ms, and nothing was forwarded`
  proxy.log.error('a request got no answer', { requestId, waited: Math.round(waited) })
  refuse(exchange, refusalOf('internal', { close: true }))
}
