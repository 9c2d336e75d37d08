/**
 * Stream resets that a client may send at once (`burst`) and per second, as each one caused work (CVE-2023-44487). Lower than
 * nghttp2's limits of 1000 and 33, so that the connection closes with a clear error code.
 */
export const RESETS = { burst: 500, perSecond: 30 } as const

/** Counts the streams that the client of a connection resets, and detects abuse. */
export class ResetBudget {
  readonly #clock: () => number
  #spent = 0
  #at: number

  /**
   * Creates a budget for one connection, in which no reset is counted yet.
   *
   * @param clock returns monotonic milliseconds
   */
  constructor(clock: () => number) {
    this.#clock = clock
    this.#at = clock()
  }

  /** Counts a stream reset, and returns whether the client has exceeded its budget. */
  exceeds(): boolean {
    const now = this.#clock()
    this.#spent = Math.max(0, this.#spent - ((now - this.#at) / 1000) * RESETS.perSecond) + 1
    this.#at = now
    return this.#spent > RESETS.burst
  }
}
