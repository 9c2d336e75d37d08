const WINDOW = 10

/** Retries in a window that are always allowed. */
const LEAST = 10

/**
 * Limits retries to a share of the requests of the last ten seconds. Otherwise retries would multiply the load of a failing
 * service.
 */
export class RetryBudget {
  readonly #share: number
  readonly #clock: () => number
  readonly #requests = new Uint32Array(WINDOW)
  readonly #retries = new Uint32Array(WINDOW)
  #second = 0

  /**
   * Creates a budget in which no request or retry is counted yet.
   *
   * @param share maximum ratio of retries to requests
   * @param clock returns monotonic milliseconds
   */
  constructor(share: number, clock: () => number) {
    this.#share = share
    this.#clock = clock
    this.#second = Math.floor(clock() / 1000)
  }

  request(): void {
    const slot = this.#now()
    this.#requests[slot] = (this.#requests[slot] as number) + 1
  }

  allows(): boolean {
    this.#now()
    return sum(this.#retries) < Math.max(LEAST, Math.floor(this.#share * sum(this.#requests)))
  }

  spend(): void {
    const slot = this.#now()
    this.#retries[slot] = (this.#retries[slot] as number) + 1
  }

  #now(): number {
    const second = Math.floor(this.#clock() / 1000)
    if (second !== this.#second) {
      const passed = Math.min(second - this.#second, WINDOW)
      for (let i = 0; i < passed; i++) this.#requests[(second - i) % WINDOW] = this.#retries[(second - i) % WINDOW] = 0
      this.#second = second
    }
    return second % WINDOW
  }
}

function sum(counts: Uint32Array): number {
  let all = 0
  for (const count of counts) all += count
  return all
}
