import { refusalOf } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * How much longer than the timer of its phase a request may stay without progress: that timer is the one that ends it, unless it
 * waits for an event that never comes.
 */
export const GRACE = 5_000

/** For how long something makes no progress, by looks at it from time to time. */
export class StallClock {
  #progress = Number.NaN
  #since = 0

  /**
   * @param progress a number that changes with each step forward; NaN: no progress is expected now
   * @param now milliseconds
   * @returns milliseconds since the first look that saw this number
   */
  look(progress: number, now: number): number {
    if (progress !== this.#progress) this.#since = now
    this.#progress = progress
    return now - this.#since
  }
}

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
