import { createHash } from 'node:crypto'

/** `known`: it was there before. `full`: it cannot be remembered, so that nobody could tell when it comes again. */
export type Remembered = 'new' | 'known' | 'full'

/** Seconds: what ends in the same stretch is forgotten together. */
const STRETCH = 30

/**
 * Which texts have come that may come once, for as long as they would count again. Of a text 53 bits of a digest are kept: that two have them in common is one in nine billion with a
 * million of them, and refuses one that is good. Full, it takes none: if it forgot the oldest, whoever may bring many could make it forget those of others.
 */
export class Seen {
  readonly #clock: () => number
  readonly #most: number
  readonly #stretches = new Map<number, Set<number>>()
  #size = 0
  #oldest = 0

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number, most = 1_000_000) {
    this.#clock = clock
    this.#most = most
  }

  /** @param until seconds since 1970; always the same for the same text */
  remember(text: string, until: number): Remembered {
    this.#forget()
    const stretch = Math.floor(until / STRETCH)
    const marks = this.#stretches.get(stretch) ?? new Set<number>()
    const mark = markOf(text)
    if (marks.has(mark)) return 'known'
    if (this.#size >= this.#most) return 'full'
    this.#size += 1
    this.#stretches.set(stretch, marks.add(mark))
    return 'new'
  }

  #forget(): void {
    const now = Math.floor(this.#clock() / 1000 / STRETCH)
    if (now === this.#oldest) return
    this.#oldest = now
    for (const [stretch, marks] of this.#stretches) {
      if (stretch >= now) continue
      this.#stretches.delete(stretch)
      this.#size -= marks.size
    }
  }
}

function markOf(text: string): number {
  const digest = createHash('sha256').update(text).digest()
  return digest.readUIntBE(0, 6) * 32 + ((digest[6] as number) >> 3)
}
