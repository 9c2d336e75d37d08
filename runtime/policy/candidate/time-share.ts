/** Of the time that passes, the part that may be used for it. */
const SHARE = 0.2
/** Milliseconds that may be used at once, where nothing was for a while. */
const MOST = 1000

/**
 * How much time may be spent on what nobody waits for. What takes longer than it may puts off what comes after it: how long it
 * will take, nobody knows before.
 */
export class TimeShare {
  #left = MOST
  #at: number

  /** @param now milliseconds that never go back */
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
