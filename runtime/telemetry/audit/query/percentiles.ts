/** Ratio of the bounds of a bucket. Results are accurate to one percent. */
const STEP = Math.log(1.02)
/** Least distinguished number of milliseconds. Smaller values share a bucket. */
const LEAST = 0.001

export interface Figures {
  readonly count: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

/** Estimates percentiles of a series of numbers without storing them: counts them in buckets that are accurate to one percent. */
export class Percentiles {
  readonly #buckets: number[] = []
  #count = 0
  #max = 0

  add(value: number): void {
    const bucket = value <= LEAST ? 0 : Math.round(Math.log(value / LEAST) / STEP)
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#count++
    if (value > this.#max) this.#max = value
  }

  /** Returns the percentiles, or `null` if no number was added. */
  figures(): Figures | null {
    if (this.#count === 0) return null
    return { count: this.#count, p50: this.#at(0.5), p90: this.#at(0.9), p99: this.#at(0.99), max: this.#max }
  }

  #at(share: number): number {
    let left = Math.ceil(share * this.#count)
    for (const [bucket, count = 0] of this.#buckets.entries()) {
      left -= count
      if (left <= 0) return Math.min(this.#max, Number((LEAST * Math.exp(bucket * STEP)).toPrecision(3)))
    }
    return this.#max
  }
}
