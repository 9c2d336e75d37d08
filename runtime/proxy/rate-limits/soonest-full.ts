/** A token bucket as an element of a `SoonestFull` heap. Only the heap may change `place`, its index there. */
export interface Filling {
  /** Time at which the bucket will be full, in milliseconds. May only increase while the element is in a heap. */
  fullAt: number
  place: number
}

/** A binary min-heap of token buckets, ordered by the time at which they will be full. */
export class SoonestFull<T extends Filling> {
  readonly #all: T[] = []

  get size(): number {
    return this.#all.length
  }

  get first(): T | undefined {
    return this.#all[0]
  }

  add(one: T): void {
    this.#put(one, this.#all.length)
    this.#rise(one)
  }

  /** Restores the heap order after `fullAt` of an element has increased. */
  later(one: T): void {
    let { place } = one
    for (;;) {
      const below = this.#soonerBelow(place)
      if (below === null || below.fullAt >= one.fullAt) break
      const next = below.place
      this.#put(below, place)
      place = next
    }
    this.#put(one, place)
  }

  remove(one: T): void {
    const last = this.#all.pop() as T
    if (last === one) return
    this.#put(last, one.place)
    // In its new position it may be smaller than its parent.
    this.#rise(last)
    this.later(last)
  }

  #rise(one: T): void {
    let { place } = one
    for (let above = (place - 1) >> 1; place > 0 && this.#at(above).fullAt > one.fullAt; above = (place - 1) >> 1) {
      this.#put(this.#at(above), place)
      place = above
    }
    this.#put(one, place)
  }

  #soonerBelow(place: number): T | null {
    const left = this.#all[2 * place + 1]
    const right = this.#all[2 * place + 2]
    if (left === undefined) return null
    return right !== undefined && right.fullAt < left.fullAt ? right : left
  }

  #at(place: number): T {
    return this.#all[place] as T
  }

  #put(one: T, place: number): void {
    this.#all[place] = one
    one.place = place
  }
}
