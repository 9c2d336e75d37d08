/** More bits than that, which are 256 bytes, are not kept of anybody. */
const MOST_WORDS = 64

/** About how many bytes one takes. */
export const BYTES_OF_ANCESTORS = 4 * MOST_WORDS + 256

/** What is above one name: kept of callers, of whom it is asked again and again. */
export class Ancestors {
  /**
   * By the remainder of a position, 1 where the name may be below it, and 0 where it surely is not. As many words as a power of
   * two; the last bit, which is that of −1, belongs to no name of a hierarchy that has a bit for each.
   */
  readonly bits: Int32Array
  readonly #isBelow: ((above: number, ancestor: string) => boolean) | null

  /**
   * @param count of the names of the hierarchy
   * @param above the positions of all that the name is within; null: everything is asked of `isBelow`
   */
  constructor(count: number, above: Iterable<number> | null, isBelow: (above: number, ancestor: string) => boolean) {
    const words = Math.min(MOST_WORDS, 1 << (32 - Math.clz32(count >> 5)))
    this.bits = new Int32Array(words)
    if (above === null) this.bits.fill(-1)
    else for (const at of above) this.#set(at)
    this.#isBelow = above !== null && count < 32 * words ? null : isBelow
  }

  /** Of a position whose bit is 1, and its name. */
  has(above: number, ancestor: string): boolean {
    return this.#isBelow === null || this.#isBelow(above, ancestor)
  }

  #set(at: number): void {
    const { bits } = this
    const word = (at >> 5) & (bits.length - 1)
    bits[word] = (bits[word] as number) | (1 << at)
  }
}
