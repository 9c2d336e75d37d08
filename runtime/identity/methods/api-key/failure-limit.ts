/** Number of failures that an address may cause at once, and milliseconds until it may cause one more. */
const BURST = 20
const EACH = 3000
/** Maximum number of tracked addresses. */
const MOST = 20_000

/**
 * A limit of wrong API keys per client address: a leaky bucket, stored as the time at which it is empty. If there are too many
 * addresses, those that failed longest ago are forgotten.
 */
export class FailureLimit {
  readonly #most: number
  #young = new Map<string, number>()
  #old: ReadonlyMap<string, number> = new Map()

  constructor(most: number = MOST) {
    this.#most = most
  }

  /**
   * Counts a failure at `now` in milliseconds. Returns 0 within the limit, otherwise the milliseconds until the next attempt is
   * allowed.
   */
  failed(address: string, now: number): number {
    const empty = Math.max(now, this.#young.get(address) ?? this.#old.get(address) ?? 0) + EACH
    const over = empty - now - BURST * EACH
    // Failures beyond the limit are not added: the wait ends by itself.
    if (over > 0) return over
    if (this.#young.size >= this.#most / 2 && !this.#young.has(address)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(address, empty)
    return 0
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }
}
