import type { EjectConfig } from './upstream-config.ts'

/** How much longer than the first one an ejection gets. */
const MAX_LONGER = 10

/**
 * Whether an address is passed over because requests failed there: a circuit breaker. After so many failures in a row it is
 * ejected (open). When its time is over, one request tries it (half-open): an answer brings the address back (closed), and until
 * there is one, the next try has to wait for longer. No timer is needed, and a try of which nothing is heard holds nothing up.
 */
export class Ejection {
  readonly #config: EjectConfig
  readonly #clock: () => number
  /** In a row. */
  #failures = 0
  #tries = 0
  /** When it may be tried; 0: it is not ejected. */
  #until = 0

  /** `clock` in milliseconds, and never 0. */
  constructor(config: EjectConfig, clock: () => number) {
    this.#config = config
    this.#clock = clock
  }

  get ejected(): boolean {
    return this.#until !== 0
  }

  /** Milliseconds until it may be tried. */
  get remaining(): number {
    return this.#until === 0 ? 0 : Math.max(0, this.#until - this.#clock())
  }

  /** Whether a request may be sent there. */
  admits(): boolean {
    return this.#until === 0 || this.#clock() >= this.#until
  }

  /** One is. */
  sent(): void {
    if (this.#until === 0) return
    const now = this.#clock()
    if (now < this.#until) return
    this.#tries++
    this.#until = now + this.#config.time * Math.min(this.#tries + 1, MAX_LONGER)
  }

  /** An answer came. True: it was ejected, and is no longer. */
  succeeded(): boolean {
    this.#failures = 0
    if (this.#until === 0) return false
    this.#until = 0
    this.#tries = 0
    return true
  }

  /** None came, or one that says that nobody is there. True: it is ejected now. */
  failed(): boolean {
    // What was sent before is counted no more: `sent` has seen to the next try.
    if (this.#until !== 0 || this.#config.failures === 0) return false
    if (++this.#failures < this.#config.failures) return false
    this.#failures = 0
    this.#until = this.#clock() + this.#config.time
    return true
  }
}
