import { createHash } from 'node:crypto'

/** `known`: it was there before. `full`: it cannot be remembered, so that nobody could tell when it comes again. */
export type Remembered = 'new' | 'known' | 'full'

/** Seconds: what ends in the same stretch is forgotten together. */
const STRETCH = 30

/** An owner alone has 7/8 of all. */
const SHARE = 7

/**
 * Which texts have come that may come once, for as long as they would count again. Of a text 53 bits of a digest are kept: that
 * two have them in common is one in nine billion with a million of them, and refuses one that is good. Full, it takes none: if it
 * forgot the oldest, whoever may bring many could make it forget those of others. An owner may have seven times as many as there
 * is room for more, so that one owner alone does not fill it.
 */
export class ReplayCache {
  readonly #clock: () => number
  readonly #most: number
  readonly #stretches = new Map<number, Stretch>()
  readonly #owned = new Map<string, number>()
  #size = 0
  #oldest = 0

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number, most = 1_000_000) {
    this.#clock = clock
    this.#most = most
  }

  /**
   * @param until seconds since 1970; always the same for the same text
   * @param owner who brings it: the same for all texts of one key, or one provider
   */
  remember(text: string, until: number, owner: string): Remembered {
    this.#forget()
    const name = Math.floor(until / STRETCH)
    const stretch = this.#stretches.get(name) ?? { marks: new Set<number>(), owners: new Map<string, number>() }
    const mark = markOf(text)
    if (stretch.marks.has(mark)) return 'known'
    const own = this.#owned.get(owner) ?? 0
    if (own >= SHARE * (this.#most - this.#size)) return 'full'
    this.#size += 1
    this.#owned.set(owner, own + 1)
    stretch.owners.set(owner, (stretch.owners.get(owner) ?? 0) + 1)
    stretch.marks.add(mark)
    this.#stretches.set(name, stretch)
    return 'new'
  }

  #forget(): void {
    const now = Math.floor(this.#clock() / 1000 / STRETCH)
    if (now === this.#oldest) return
    this.#oldest = now
    for (const [name, { marks, owners }] of this.#stretches) {
      if (name >= now) continue
      this.#stretches.delete(name)
      this.#size -= marks.size
      for (const [owner, count] of owners) {
        const left = (this.#owned.get(owner) ?? 0) - count
        if (left > 0) this.#owned.set(owner, left)
        else this.#owned.delete(owner)
      }
    }
  }
}

interface Stretch {
  readonly marks: Set<number>
  /** How many of them each owner has brought. */
  readonly owners: Map<string, number>
}

function markOf(text: string): number {
  const digest = createHash('sha256').update(text).digest()
  return digest.readUIntBE(0, 6) * 32 + ((digest[6] as number) >> 3)
}
