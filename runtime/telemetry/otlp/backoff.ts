const FIRST = 500
const MOST = 30_000

/**
 * How long somebody is left alone who has failed: longer each time, and not by all at once (OTLP specification, "OTLP/HTTP
 * Connection").
 */
export class Backoff {
  readonly #random: () => number
  #failures = 0

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** Milliseconds: from half of what it is at most this time. */
  next(): number {
    const most = Math.min(MOST, FIRST * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, 16)
    return Math.ceil(most * (0.5 + this.#random() / 2))
  }

  reset(): void {
    this.#failures = 0
  }
}
