import type { EjectConfig } from './upstream-config.ts'

/** Maximum factor of an ejection's duration to the first. */
const MAX_LONGER = 10

/**
 * A circuit breaker for an address. Several failures in a row eject the address (open). Later, one request at a time probes it
 * (half-open). A response ends the ejection (closed); otherwise probes become less frequent. Needs no timer, and a probe
 * without a result blocks nothing.
 */
export class Ejection {
  /** Whether the address is not ejected and its last request did not fail. Successes need not be reported then. */
  isClear = true
  readonly #config: EjectConfig
  readonly #clock: () => number
  #failures = 0
  #tries = 0
  /** When it may be probed; 0: it is not ejected. */
  #until = 0

  /**
   * Creates a circuit breaker for an address that is not ejected.
   *
   * @param clock returns monotonic milliseconds, never 0
   */
  constructor(config: EjectConfig, clock: () => number) {
    this.#config = config
    this.#clock = clock
  }

  get ejected(): boolean {
    return this.#until !== 0
  }

  /** Milliseconds until the ejected address may be probed; 0 if it is not ejected. */
  get remaining(): number {
    return this.#until === 0 ? 0 : Math.max(0, this.#until - this.#clock())
  }

  admits(): boolean {
    return this.#until === 0 || this.#clock() >= this.#until
  }

  sent(): void {
    if (this.#until === 0) return
    const now = this.#clock()
    if (now < this.#until) return
    this.#tries++
    this.#until = now + this.#config.time * Math.min(this.#tries + 1, MAX_LONGER)
  }

  /** Records a response of the address. Returns whether this ended an ejection. */
  succeeded(): boolean {
    this.#failures = 0
    this.isClear = true
    if (this.#until === 0) return false
    this.#until = 0
    this.#tries = 0
    return true
  }

  /** Records a failed request, or a gateway error. Returns whether this ejected the address. */
  failed(): boolean {
    // A request from before the ejection; `sent` has scheduled the next probe.
    if (this.#until !== 0 || this.#config.failures === 0) return false
    this.isClear = false
    if (++this.#failures < this.#config.failures) return false
    this.#failures = 0
    this.#until = this.#clock() + this.#config.time
    return true
  }
}
