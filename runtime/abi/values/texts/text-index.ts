/** Maximum number of texts in a slot, which random texts rarely reach. */
const LONGEST_CHAIN = 12

/**
 * An index of known texts, which is mostly searched with new strings. A `Map` would hash all characters of a new string, while
 * this index uses the last four. If many texts have the same end, a `Map` is used, so that no choice of texts makes the search
 * slow.
 */
export class TextIndex {
  readonly #texts: readonly string[]
  readonly #mask: number
  /** By slot the position of its first text, then by position the next in the same slot; −1: none. */
  readonly #next: Int32Array
  readonly #map: ReadonlyMap<string, number> | null

  /**
   * Creates an index of texts, in which the position of a text is its index in the list.
   *
   * @param texts distinct texts
   */
  constructor(texts: readonly string[]) {
    const size = 1 << (32 - Math.clz32(texts.length * 2))
    const next = chains(texts, size)
    this.#texts = texts
    this.#mask = next === null ? 0 : size - 1
    this.#next = next ?? ASK_MAP
    this.#map = next === null ? new Map(texts.map((text, at) => [text, at])) : null
  }

  /** Returns the position of a text, or −1 if it is unknown. */
  find(text: string): number {
    const next = this.#next
    const mask = this.#mask
    let at = next[slotOf(text) & mask] as number
    while (at >= 0 && this.#texts[at] !== text) at = next[mask + 1 + at] as number
    return at >= -1 ? at : this.#findInMap(text)
  }

  #findInMap(text: string): number {
    return this.#map?.get(text) ?? -1
  }
}

/** Index with a single slot that refers to the `Map`. */
const ASK_MAP = Int32Array.of(-2)

/** Returns the slots of texts, or `null` if one would hold too many. */
function chains(texts: readonly string[], size: number): Int32Array | null {
  const next = new Int32Array(size + texts.length).fill(-1)
  const lengths = new Uint8Array(size)
  for (const [at, text] of texts.entries()) {
    const slot = slotOf(text) & (size - 1)
    const length = (lengths[slot] as number) + 1
    if (length > LONGEST_CHAIN) return null
    lengths[slot] = length
    next[size + at] = next[slot] as number
    next[slot] = at
  }
  return next
}

/** Returns the slot of a text. Its last four characters are read as digits, so numbered names get distinct slots. */
function slotOf(text: string): number {
  const { length } = text
  if (length < 4) return slotOfShort(text)
  const last = text.charCodeAt(length - 1) + Math.imul(text.charCodeAt(length - 2), 10)
  return last + Math.imul(text.charCodeAt(length - 3), 100) + Math.imul(text.charCodeAt(length - 4), 1000) + length * 11
}

function slotOfShort(text: string): number {
  let slot = text.length * 11
  for (let at = 0; at < text.length; at += 1) slot = Math.imul(slot, 10) + text.charCodeAt(at)
  return slot
}
