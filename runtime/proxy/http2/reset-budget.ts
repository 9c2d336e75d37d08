/** Resets allowed at once and per second, as each caused work (CVE-2023-44487): below nghttp2's 1000 and 33, for a clear code. */
export const RESETS = { burst: 500, perSecond: 30 } as const

/** Counts the requests reset by the client of a connection. */
export class ResetBudget {
  readonly #clock: () => number
  #spent = 0
  #at: number

  /** @param clock monotonic milliseconds */
  constructor(clock: () => number) {
    this.#clock = clock
    this.#at = clock()
  }

  /** Counts a reset and returns whether it exceeds the budget. */
  exceeds(): boolean {
    const now = this.#clock()
    this.#spent = Math.max(0, this.#spent - ((now - this.#at) / 1000) * RESETS.perSecond) + 1
    this.#at = now
    return this.#spent > RESETS.burst
  }
}
