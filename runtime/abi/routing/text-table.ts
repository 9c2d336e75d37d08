/**
 * Which of a few known texts another one is. A text that nobody has seen before has no hash yet, and a `Map` would make one of
 * all its characters first; here its length and those of its characters in which the known ones differ leave one that it can be,
 * and a comparison settles it. A table is numbers among others: the length of its shortest text, three places where to look, the
 * factor of the hash, and how many bits of the product do not count; then the slots. In a slot stands the node that its text
 * leads to, or 0, and behind one that is taken may be a text that belongs there.
 */
import { ALL, hashOf, type Looks, looksFor } from './text-hash.ts'

/** So many slots further than its own a text may stand: one more is worth all characters of it. */
const FURTHEST = 3
/** For a factor that puts each text into its own slot, so many texts are put somewhere, in all. */
const WORK = 20_000
const FEWEST_FACTORS = 8
const MOST_FACTORS = 512
/** 2³² by the golden ratio. */
const GOLDEN = 0x9e3779b1
const LONGER_THAN_ANY = 2 ** 30
const EMPTY = 0

/**
 * The numbers of a table.
 *
 * @param nodes by text, none of them 0
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
  /** Two to the power of it are the slots that texts belong to. */
  readonly bits: number
  /** The last one is empty. */
  readonly slots: readonly (string | null)[]
  /** How many slots behind its own the worst one stands. */
  readonly furthest: number
}

/** Null where some text would be further than that. */
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
