/** Failures that an address has at once, and milliseconds after which it has one more. */
const BURST = 20
const EACH = 3000
/** Addresses that are remembered, at most. */
const MOST = 20_000

/**
 * Counts failures by address, as a bucket that fills with each and leaks at a steady rate. Of each address one number is kept:
 * when its bucket will be empty. Whoever has many addresses makes it forget those that came before; half of those it holds are
 * always the newest.
 */
export class FailureLimit {
  readonly #most: number
  #young = new Map<string, number>()
  #old: ReadonlyMap<string, number> = new Map()

  constructor(most: number = MOST) {
    this.#most = most
  }

  /**
   * One more at `now` (milliseconds). 0: it was within the limit; else milliseconds until one will be, as far as this one tells.
   */
  failed(address: string, now: number): number {
    const empty = Math.max(now, this.#young.get(address) ?? this.#old.get(address) ?? 0) + EACH
    const over = empty - now - BURST * EACH
    // What is beyond it does not count: it ends by itself, whatever else comes.
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
