/** Milliseconds without requests to a failed endpoint; doubles each time. */
const PAUSE = { first: 1000, most: 16_000 }

/**
 * A circuit breaker. After a failure and a pause, one request probes the endpoint; other requests fail at once until the
 * endpoint responds.
 */
export class Circuit {
  readonly #monotonic: () => number
  #problem: string | null = null
  #pause = PAUSE.first
  #until = Number.NEGATIVE_INFINITY
  #trying = false

  /**
   * Creates a circuit breaker that lets requests through.
   *
   * @param monotonic returns monotonic milliseconds
   */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /**
   * Returns `null` if the caller may send a request, and otherwise the reason why not. After `null` the caller must report the
   * result by calling `closed` or `opened`.
   */
  enter(): string | null {
    const problem = this.shut()
    if (problem === null && this.#problem !== null) this.#trying = true
    return problem
  }

  /**
   * Returns the reason why requests currently fail at once, or `null` if they do not. Unlike `enter`, it does not begin a
   * request.
   */
  shut(): string | null {
    return this.#trying || this.#monotonic() < this.#until ? this.#problem : null
  }

  closed(): void {
    this.#problem = null
    this.#trying = false
    this.#pause = PAUSE.first
  }

  opened(problem: string): void {
    // Concurrent failures count once.
    if (this.#problem === null || this.#trying) {
      this.#until = this.#monotonic() + this.#pause
      this.#pause = Math.min(2 * this.#pause, PAUSE.most)
    }
    this.#problem = problem
    this.#trying = false
  }
}
