/** Something that will be as good as none at a time, and its place among others: `SoonestFull` alone changes that. */
export interface Filling {
  /** When it is full again, in milliseconds; it may only become later. */
  fullAt: number
  place: number
}

/** Many of them, of which the one that is full first is found at once: a binary heap. */
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

  /** It has become later. */
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
    // Where it came from it was below others than those that are above it now.
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
