import { refusalOf } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import type { RequestContext } from '../request-context.ts'

/** Milliseconds beyond a phase's timeout until a request without progress ends, as it may await an event that never comes. */
export const GRACE = 5_000

/** Measures how long something makes no progress, by periodic checks. */
export class StallClock {
  #progress = Number.NaN
  #since = 0

  /**
   * @param progress changes with each step forward; NaN: no progress is expected now
   * @param now milliseconds
   * @returns milliseconds since the first check that saw this number
   */
  look(progress: number, now: number): number {
    if (progress !== this.#progress) this.#since = now
    this.#progress = progress
    return now - this.#since
  }
}

/**
 * Ends a request without a response, whatever it waits for. Called about once a second. Forwarded requests are watched by their
 * carrier; tunnels have limits of their own.
 *
 * @param now milliseconds of `performance.now()`
 */
export function watchRequest(context: RequestContext, now: number): void {
  const { proxy, answer, requestId } = context
  if (context.tunnel !== null) return
  if (context.carrying !== null) return void context.carrying.watch(now)
  if (answer.headersSent) return
  context.watchedSince ??= now
  const waited = now - context.watchedSince
  // Its body may take up to `limits.request`, which the server's timer enforces.
  if (waited < proxy.limits.request + GRACE) return
  context.detail = `no answer after ${Math.round(waited)} ms, and nothing was forwarded`
  proxy.log.error('a request got no answer', { requestId, code: 'internal', waited: Math.round(waited) })
  refuse(context, refusalOf('internal', { close: true }))
}
