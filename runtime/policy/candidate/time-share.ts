/** Share of elapsed time that may be used. */
const SHARE = 0.2
/** Maximum milliseconds that may be used at once after idling. */
const MOST = 1000

/**
 * Limits the time spent on background work to a fifth of the elapsed time. As the duration of a task is unknown in advance, a
 * task that takes too long postpones later ones.
 */
export class TimeShare {
  #left = MOST
  #at: number

  /**
   * Creates a limit that initially allows one second of work.
   *
   * @param now current time of a monotonic clock in milliseconds
   */
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
