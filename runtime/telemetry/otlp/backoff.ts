const FIRST = 500
const MOST = 30_000

/** An exponential backoff with jitter (OTLP specification, "OTLP/HTTP Connection"). */
export class Backoff {
  readonly #random: () => number
  #failures = 0

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** Returns the milliseconds until the next attempt: at least half of the current maximum. */
  next(): number {
    const most = Math.min(MOST, FIRST * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, 16)
    return Math.ceil(most * (0.5 + this.#random() / 2))
  }

  reset(): void {
    this.#failures = 0
  }
}
