/** Milliseconds for which an endpoint is left alone that did not answer: twice as long each time. */
const PAUSE = { first: 1000, most: 16_000 }

/**
 * Keeps requests from waiting for an endpoint that does not answer. After a pause one request tries again, and the others fail at
 * once until it has an answer.
 */
export class Circuit {
  readonly #monotonic: () => number
  #problem: string | null = null
  #pause = PAUSE.first
  /** From when the next one may try. */
  #until = Number.NEGATIVE_INFINITY
  #trying = false

  /** @param monotonic milliseconds */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /** Null: the caller may ask, and then says how it went by `closed` or `opened`. Else why it need not try. */
  enter(): string | null {
    const problem = this.shut()
    if (problem === null && this.#problem !== null) this.#trying = true
    return problem
  }

  /** The same without the promise to ask. */
  shut(): string | null {
    return this.#trying || this.#monotonic() < this.#until ? this.#problem : null
  }

  /** There was an answer, whatever it said. */
  closed(): void {
    this.#problem = null
    this.#trying = false
    this.#pause = PAUSE.first
  }

  /** There was none. */
  opened(problem: string): void {
    // Those that were under way together count once.
    if (this.#problem === null || this.#trying) {
      this.#until = this.#monotonic() + this.#pause
      this.#pause = Math.min(2 * this.#pause, PAUSE.most)
    }
    this.#problem = problem
    this.#trying = false
  }
}
