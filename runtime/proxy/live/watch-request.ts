import { refusalOf } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Milliseconds that are added to the timeout of a phase before a request without progress is ended. Guards against events that
 * never arrive.
 */
export const GRACE = 5_000

/** Measures for how long a counter has not changed, by periodic checks. */
export class StallClock {
  #progress = Number.NaN
  #since = 0

  /**
   * Compares the counter with its value at the last check, and measures for how long it has not changed.
   *
   * @param progress value of the counter; NaN if no progress is expected now
   * @param now current time in milliseconds
   * @returns milliseconds since the first check that saw this value
   */
  look(progress: number, now: number): number {
    if (progress !== this.#progress) this.#since = now
    this.#progress = progress
    return now - this.#since
  }
}

/**
 * Ends a request if it has waited too long for a response, at whatever step. Called about once a second. The forwarding of a
 * request has its own check, and tunnels have limits of their own.
 *
 * @param now milliseconds of `performance.now()`
 */
export function watchRequest(context: RequestContext, now: number): void {
  const { proxy, answer, requestId } = context
  if (context.tunnel !== null) return
  if (context.forwarding !== null) return void context.forwarding.watch(now)
  if (answer.headersSent) return
  context.watchedSince ??= now
  const waited = now - context.watchedSince
  // Its body may take up to `limits.request`, which the server's timer enforces.
  if (waited < proxy.limits.request + GRACE) return
  context.detail = `no response within ${Math.round(waited)} ms, and nothing was forwarded`
  proxy.log.error('a request got no answer', { requestId, code: 'internal', waited: Math.round(waited) })
  refuse(context, refusalOf('internal', { close: true }))
}
