/** Seconds that are looked at. */
const WINDOW = 10

/** Retries in a window that are allowed however few requests there are. */
const LEAST = 10

/**
 * How many requests may be sent again: a share of those that came in the last ten seconds. Where everything fails, retries would
 * else multiply the load of a service that has too much of it already.
 */
export class RetryBudget {
  readonly #share: number
  readonly #clock: () => number
  readonly #requests = new Uint32Array(WINDOW)
  readonly #retries = new Uint32Array(WINDOW)
  /** The last one that was counted in. */
  #second = 0

  /** `clock` in milliseconds; it never goes back. */
  constructor(share: number, clock: () => number) {
    this.#share = share
    this.#clock = clock
    this.#second = Math.floor(clock() / 1000)
  }

  /** A request came. */
  request(): void {
    const slot = this.#now()
    this.#requests[slot] = (this.#requests[slot] as number) + 1
  }

  /** Whether one may be sent again. */
  allows(): boolean {
    this.#now()
    return sum(this.#retries) < Math.max(LEAST, Math.floor(this.#share * sum(this.#requests)))
  }

  /** One is. */
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
