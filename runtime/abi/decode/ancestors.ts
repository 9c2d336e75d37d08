/** Maximum words of bits for one name: 256 bytes. */
const MOST_WORDS = 64

export const BYTES_OF_ANCESTORS = 4 * MOST_WORDS + 256

/** The ancestors of a name, cached for callers, who are asked about repeatedly. */
export class Ancestors {
  /** A filter by position modulo its size: 1 may be an ancestor, 0 is not. With a bit for each name, the last (−1) is free. */
  readonly bits: Int32Array
  readonly #isBelow: ((above: number, ancestor: string) => boolean) | null

  /**
   * @param count of names
   * @param above positions of all ancestors; `null`: always ask `isBelow`
   */
  constructor(count: number, above: Iterable<number> | null, isBelow: (above: number, ancestor: string) => boolean) {
    const words = Math.min(MOST_WORDS, 1 << (32 - Math.clz32(count >> 5)))
    this.bits = new Int32Array(words)
    if (above === null) this.bits.fill(-1)
    else for (const at of above) this.#set(at)
    this.#isBelow = above !== null && count < 32 * words ? null : isBelow
  }

  has(above: number, ancestor: string): boolean {
    return this.#isBelow === null || this.#isBelow(above, ancestor)
  }

  #set(at: number): void {
    const { bits } = this
    const word = (at >> 5) & (bits.length - 1)
    bits[word] = (bits[word] as number) | (1 << at)
  }
}
