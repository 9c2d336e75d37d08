/**
 * How many requests a client may reset at once on a connection, and how many more a second: each has caused work
 * (CVE-2023-44487). nghttp2 allows more by itself (1000 and 33), so that it is the proxy that ends the connection, with a code
 * that tells the client why.
 */
export const RESETS = { burst: 500, perSecond: 30 } as const

/** The requests that the client of one connection has reset. */
export class ResetBudget {
  readonly #clock: () => number
  #spent = 0
  #at: number

  /** @param clock milliseconds that never go back */
  constructor(clock: () => number) {
    this.#clock = clock
    this.#at = clock()
  }

  /** Counts a reset. Returns whether it was one too many. */
  exceeds(): boolean {
    const now = this.#clock()
    this.#spent = Math.max(0, this.#spent - ((now - this.#at) / 1000) * RESETS.perSecond) + 1
    this.#at = now
    return this.#spent > RESETS.burst
  }
}
