/** Maximum number of positions for which bits take less memory than a list. */
const BITS = 512

/**
 * A set of positions of names in a hierarchy. It is stored as bits from the least to the greatest position if that is as compact
 * as a sorted list. Otherwise it is a sorted list with binary search.
 */
export class PositionSet {
  readonly #from: number
  readonly #bits: Int32Array | null
  readonly sorted: Int32Array

  constructor(positions: readonly number[]) {
    const sorted = Int32Array.from(positions).sort()
    const least = sorted[0] ?? 0
    const span = (sorted.at(-1) ?? -1) - least + 1
    this.#from = least
    this.sorted = sorted
    this.#bits = span <= Math.max(BITS, 32 * sorted.length) ? bitsOf(sorted, least, span) : null
  }

  has(position: number): boolean {
    const bits = this.#bits
    if (bits === null) return this.#isSorted(position)
    const at = position - this.#from
    return at >>> 5 < bits.length && (((bits[at >>> 5] as number) >>> (at & 31)) & 1) !== 0
  }

  #isSorted(position: number): boolean {
    const { sorted } = this
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle] as number) < position) low = middle + 1
      else high = middle
    }
    return sorted[low] === position
  }
}

function bitsOf(positions: Int32Array, from: number, span: number): Int32Array {
  const bits = new Int32Array(Math.ceil(span / 32))
  for (const position of positions) {
    const at = position - from
    bits[at >>> 5] = (bits[at >>> 5] as number) | (1 << (at & 31))
  }
  return bits
}
