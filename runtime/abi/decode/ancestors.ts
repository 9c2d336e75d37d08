/** Maximum number of words with bits for one name: 256 bytes. */
const MOST_WORDS = 64

export const BYTES_OF_ANCESTORS = 4 * MOST_WORDS + 256

/**
 * Cached ancestors of one name in a hierarchy. A caller's names, such as that of the caller's department, have such a cache
 * because every request of the caller looks up their ancestors.
 */
export class Ancestors {
  /**
   * Bit filter, indexed by the position of a name modulo the number of bits. 1: that name may be an ancestor. 0: it is not. If
   * there is a bit for each name, the last bit stays unused, so that position −1 finds nothing.
   */
  readonly bits: Int32Array
  readonly #isBelow: ((above: number, ancestor: string) => boolean) | null

  /**
   * Creates a cache of the ancestors of one name in a hierarchy.
   *
   * @param count number of names in the hierarchy
   * @param above positions of all ancestors, or `null` if they are unknown; `isBelow` then decides each query
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
