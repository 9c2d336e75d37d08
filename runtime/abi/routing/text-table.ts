/**
 * Finds which of a few known texts a text is. A `Map` would first hash all characters of a new string; here its length and the
 * characters in which the known ones differ leave one candidate to compare. A table is a range of numbers: shortest length, three
 * positions, factor and shift of the hash, then slots. A slot holds the node of its text, or 0; a text may be in a slot after its
 * own.
 */
import { ALL, hashOf, type Looks, looksFor } from './text-hash.ts'

/** Maximum distance of a text from its own slot. Each slot more costs a full comparison. */
const FURTHEST = 3
/** Total number of placements to try in the search for a perfect hash factor. */
const WORK = 20_000
const FEWEST_FACTORS = 8
const MOST_FACTORS = 512
/** 2³² divided by the golden ratio. */
const GOLDEN = 0x9e3779b1
const LONGER_THAN_ANY = 2 ** 30
const EMPTY = 0

/**
 * Returns a hash table of texts as a list of numbers, which becomes a part of the routing tree.
 *
 * @param nodes value of each text; none may be 0
 */
export function writeTextTable(nodes: ReadonlyMap<string, number>): readonly number[] {
  const texts = [...nodes.keys()]
  const shortest = texts.reduce((least, { length }) => Math.min(least, length), LONGER_THAN_ANY)
  const found = bestSpread(texts, looksFor(texts, shortest), FURTHEST) ?? bestSpread(texts, ALL, texts.length)
  const { looks, factor, bits, slots } = found as Spread
  return [shortest, ...looks, factor, 32 - bits, ...slots.map((text) => (text === null ? EMPTY : (nodes.get(text) as number)))]
}

interface Spread {
  readonly looks: Looks
  readonly factor: number
  /** Logarithm of the number of slots to base 2. */
  readonly bits: number
  /** Texts by slot. The last slot is empty. */
  readonly slots: readonly (string | null)[]
  readonly furthest: number
}

/** Returns the best placement, or `null` if some text would be too far from its slot. */
function bestSpread(texts: readonly string[], looks: Looks, furthest: number): Spread | null {
  const factors = Math.min(Math.max(Math.floor(WORK / texts.length), FEWEST_FACTORS), MOST_FACTORS)
  const hashes = texts.map((text) => hashOf(text, looks))
  let best: Spread | null = null
  const fewest = Math.ceil(Math.log2(texts.length * 2 + 1))
  for (let bits = Math.max(fewest, 1); bits <= fewest + 1; bits += 1)
    for (let at = 0; at < factors && best?.furthest !== 0; at += 1)
      best =
        spread(texts, hashes, looks, Math.imul(GOLDEN, 2 * at + 1), bits, best === null ? furthest : best.furthest - 1) ?? best
  return best
}

function spread(
  texts: readonly string[],
  hashes: readonly number[],
  looks: Looks,
  factor: number,
  bits: number,
  most: number,
): Spread | null {
  const slots: (string | null)[] = new Array(2 ** bits).fill(null)
  let furthest = 0
  for (const [at, text] of texts.entries()) {
    const own = Math.imul(hashes[at] as number, factor) >>> (32 - bits)
    let slot = own
    while ((slots[slot] ?? null) !== null) slot += 1
    if (slot - own > most) return null
    slots[slot] = text
    furthest = Math.max(furthest, slot - own)
  }
  return { looks, factor, bits, slots: [...slots, null], furthest }
}
