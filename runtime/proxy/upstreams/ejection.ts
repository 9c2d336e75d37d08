import type { EjectConfig } from './upstream-config.ts'

/** Maximum factor of an ejection's duration to the first. */
const MAX_LONGER = 10

/**
 * A circuit breaker for an address. Failures in a row eject it (open); one request probes it later (half-open); a response
 * restores it (closed), else probes get rarer. Needs no timer; a probe without a result blocks nothing.
 */
export class Ejection {
  /** Whether it is closed and the last request did not fail: then requests need not be reported. */
  isClear = true
  readonly #config: EjectConfig
  readonly #clock: () => number
  #failures = 0
  #tries = 0
  /** When it may be probed; 0: it is not ejected. */
  #until = 0

  /** `clock` in milliseconds, never 0. */
  constructor(config: EjectConfig, clock: () => number) {
    this.#config = config
    this.#clock = clock
  }

  get ejected(): boolean {
    return this.#until !== 0
  }

  /** Milliseconds until it may be probed. */
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

  /** Reports a response. Returns whether this ended an ejection. */
  succeeded(): boolean {
    this.#failures = 0
    this.isClear = true
    if (this.#until === 0) return false
    this.#until = 0
    this.#tries = 0
    return true
  }

  /** Reports a failure, or a response that means that nothing is there. Returns whether this ejected it. */
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
