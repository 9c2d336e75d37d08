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
