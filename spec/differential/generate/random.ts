/** Choices that a seed determines: the same seed, the same choices, on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Mulberry32: good enough to choose by, and short. From 0 below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let bits = this.#state
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of them; there must be one. */
  pick<T>(from: readonly T[]): T {
    const found = from[this.int(0, from.length - 1)]
    if (found === undefined && from.length === 0) throw new Error('there is nothing to pick from')
    return found as T
  }

  /** Some of them, each with a probability, in their order. */
  some<T>(from: readonly T[], probability: number): T[] {
    return from.filter(() => this.chance(probability))
  }

  /** So many of them, or all if there are fewer, in any order. */
  sample<T>(from: readonly T[], count: number): T[] {
    const left = [...from]
    const taken: T[] = []
    while (taken.length < count && left.length > 0) taken.push(...left.splice(this.int(0, left.length - 1), 1))
    return taken
  }

  list<T>(least: number, most: number, make: (at: number) => T): T[] {
    return Array.from({ length: this.int(least, most) }, (_, at) => make(at))
  }

  /** One of several ways to go on, by weight. */
  way<T>(ways: readonly (readonly [weight: number, go: () => T])[]): T {
    let left = this.next() * ways.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, go] of ways) {
      left -= weight
      if (left < 0) return go()
    }
    return (ways.at(-1) as readonly [number, () => T])[1]()
  }
}
