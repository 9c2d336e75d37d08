import { createHash } from 'node:crypto'

/**
 * Result of marking a one-time text, such as the ID of a DPoP proof, as used. `known`: the text was used before, so it is a
 * replay. `full`: the text could not be stored, so a replay could not be detected.
 */
export type Remembered = 'new' | 'known' | 'full'

/** Seconds of a period. Texts whose validity ends in the same period are dropped together. */
const STRETCH = 30

/** Ratio of an owner's texts to the free space: 7/8 at most for one owner. */
const SHARE = 7

/**
 * A cache of used one-time texts, such as IDs of DPoP proofs. It holds 53 bits of a digest of each text while the text is valid.
 * With a million texts, a collision refuses one valid text in nine billion. A full cache refuses new texts, because dropping the
 * oldest would let one client evict those of others. One owner may use seven eighths of the free space at most, so no owner can
 * fill the cache alone.
 */
export class ReplayCache {
  readonly #clock: () => number
  readonly #most: number
  readonly #stretches = new Map<number, Stretch>()
  readonly #owned = new Map<string, number>()
  #size = 0
  #oldest = 0

  /**
   * Creates an empty cache.
   *
   * @param clock returns milliseconds since 1970
   */
  constructor(clock: () => number, most = 1_000_000) {
    this.#clock = clock
    this.#most = most
  }

  /**
   * Marks a text as used.
   *
   * @param until end of the text's validity in seconds since 1970, which must be the same whenever the same text is presented
   * @param owner source of the text: one key or provider
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
  readonly owners: Map<string, number>
}

function markOf(text: string): number {
  const digest = createHash('sha256').update(text).digest()
  return digest.readUIntBE(0, 6) * 32 + ((digest[6] as number) >> 3)
}
