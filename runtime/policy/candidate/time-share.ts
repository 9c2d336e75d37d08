/** Share of elapsed time that may be used. */
const SHARE = 0.2
/** Maximum milliseconds that may be used at once after idling. */
const MOST = 1000

/**
 * A limit of the time spent on background work. A task that takes too long postpones later tasks, as its duration is unknown in
 * advance.
 */
export class TimeShare {
  #left = MOST
  #at: number

  /** @param now monotonic milliseconds */
  constructor(now: number) {
    this.#at = now
  }

  hasSome(now: number): boolean {
    this.#left = Math.min(MOST, this.#left + (now - this.#at) * SHARE)
    this.#at = now
    return this.#left > 0
  }

  spend(ms: number): void {
    this.#left -= ms
  }
}
