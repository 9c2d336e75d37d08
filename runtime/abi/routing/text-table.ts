/**
 * Which of a few known texts another one is. A text that nobody has seen before has no hash yet, and a `Map` would make one of all its
 * characters first; here its length and those of its characters in which the known ones differ leave one that it can be, and a comparison settles it.
 * A table is numbers among others, so that what a request is led through lies together: the length of its shortest text, where to look, the
 * factor of the hash, how many slots there are, less one, and how many of them a text may stand in; then the slots.
 */
import { ALL, hashOf, type Looks, looksFor } from './text-hash.ts'

const LOOKS = 1
const FACTOR = 2
const MASK = 3
const TRIES = 4
const HEADER = 5
/** A slot is two numbers: text and value. A text of −1: it is empty, and nothing stands behind it that would go there. */
const WIDTH = 2
const EMPTY = [-1, -1]

/** The value of the same text in the table at that place, −1 where it has none. `texts` are those that the table has numbers of. */
export function findText(numbers: Int32Array, place: number, texts: readonly string[], text: string): number {
  if (text.length < (numbers[place] as number)) return -1
  const hash = hashOf(text, numbers[place + LOOKS] as number, numbers[place + FACTOR] as number)
  const mask = numbers[place + MASK] as number
  const tries = numbers[place + TRIES] as number
  for (let further = 0; further < tries; further += 1) {
    const at = place + HEADER + ((hash + further) & mask) * WIDTH
    const known = numbers[at] as number
    if (known < 0) return -1
    if (texts[known] === text) return numbers[at + 1] as number
  }
  return -1
}

/** One more is worth all characters of a text. */
const MOST_TRIES = 4
/** For a factor that puts each text into its own slot, so many texts are put somewhere, in all. */
const WORK = 20_000
const FEWEST_FACTORS = 8
const MOST_FACTORS = 512
/** 2³² by the golden ratio. */
const GOLDEN = 0x9e3779b1
const LONGER_THAN_ANY = 2 ** 30

/**
 * The numbers of a table.
 *
 * @param entries from texts to values of 0 and more
 * @param numberOf gives texts their numbers
 */
export function writeTextTable(entries: ReadonlyMap<string, number>, numberOf: (text: string) => number): readonly number[] {
  const texts = [...entries.keys()]
  const shortest = texts.reduce((least, { length }) => Math.min(least, length), LONGER_THAN_ANY)
  const found = bestSpread(texts, looksFor(texts, shortest), MOST_TRIES) ?? bestSpread(texts, ALL, texts.length + 1)
  const { looks, factor, tries, slots } = found as Spread
  const written = slots.flatMap((text) => (text === null ? EMPTY : [numberOf(text), entries.get(text) as number]))
  return [shortest, looks, factor, slots.length - 1, tries, ...written]
}

interface Spread {
  readonly looks: Looks
  readonly factor: number
  readonly slots: readonly (string | null)[]
  /** A text stands less than this behind its own slot. */
  readonly tries: number
}

/** Null where each would have more than `most` tries. */
function bestSpread(texts: readonly string[], looks: Looks, most: number): Spread | null {
  const factors = Math.min(Math.max(Math.floor(WORK / texts.length), FEWEST_FACTORS), MOST_FACTORS)
  let best: Spread | null = null
  for (let at = 0; at < factors && best?.tries !== 1; at += 1)
    best = spread(texts, looks, Math.imul(GOLDEN, 2 * at + 1), best === null ? most : best.tries - 1) ?? best
  return best
}

function spread(texts: readonly string[], looks: Looks, factor: number, most: number): Spread | null {
  const mask = 2 ** Math.ceil(Math.log2(texts.length * 4 + 1)) - 1
  const slots = new Array<string | null>(mask + 1).fill(null)
  let tries = 1
  for (const text of texts) {
    const own = hashOf(text, looks, factor)
    let further = 0
    while (slots[(own + further) & mask] !== null) {
      further += 1
      if (further >= most) return null
    }
    slots[(own + further) & mask] = text
    tries = Math.max(tries, further + 1)
  }
  return { looks, factor, slots, tries }
}
