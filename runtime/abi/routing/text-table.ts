import { hashOf, looksFor } from './text-hash.ts'

/**
 * Which of a few known texts another one is. A text that nobody has seen before has no hash yet, and a `Map` would make one of all its
 * characters first; here its length and those of its characters in which the known ones differ leave a text or two that it can be, and one
 * comparison settles it. Many tables share their memory, so that what a request is led through lies together.
 */
export class TextTables {
  /** Of each table in the order they were given: what `find` knows it by. */
  readonly places: readonly number[]
  readonly #numbers: Int32Array
  /** The texts of all tables, each once. */
  readonly #texts: readonly string[]
  /** Of tables whose texts are alike wherever one looks. */
  readonly #maps: readonly ReadonlyMap<string, number>[]

  /** @param tables entries from texts to values of 0 and more */
  constructor(tables: readonly ReadonlyMap<string, number>[]) {
    const texts = new Map<string, number>()
    for (const table of tables) for (const text of table.keys()) if (!texts.has(text)) texts.set(text, texts.size)
    const maps: ReadonlyMap<string, number>[] = []
    const places: number[] = []
    const numbers: number[] = []
    for (const table of tables) {
      places.push(numbers.length)
      const written = write(table, texts)
      if (written === null) maps.push(table)
      for (const number of written ?? [CROWDED, maps.length - 1]) numbers.push(number)
    }
    this.places = places
    this.#numbers = Int32Array.from(numbers)
    this.#texts = [...texts.keys()]
    this.#maps = maps
  }

  /** The value of the same text in a table; −1: it has none. */
  find(place: number, text: string): number {
    const numbers = this.#numbers
    const shortest = numbers[place] as number
    if (text.length < shortest) return -1
    if (shortest === CROWDED) return (this.#maps[numbers[place + 1] as number] as ReadonlyMap<string, number>).get(text) ?? -1
    const mask = numbers[place + 3] as number
    const hash = hashOf(text, numbers[place + 1] as number, numbers[place + 2] as number)
    for (let further = 0; further < LONGEST_RUN; further += 1) {
      const at = place + HEADER + ((hash + further) & mask) * WIDTH
      const known = numbers[at] as number
      if (known < 0) return -1
      if (this.#texts[known] === text) return numbers[at + 1] as number
    }
    return -1
  }
}

/** Before the slots: the length of the shortest text, where to look, the factor of the hash, and how many slots there are, less one. */
const HEADER = 4
/** Instead of the length: which of the maps it is follows, and nothing else. */
const CROWDED = -1
/** A slot is two numbers: text and value. A text of −1: it is empty, and nothing stands behind it that would go there. */
const WIDTH = 2
const EMPTY = [-1, -1]

/** A text stands less than this behind the slot that is its own, so that none is compared with more. */
const LONGEST_RUN = 4
/** 2³² by the golden ratio. */
const GOLDEN = 0x9e3779b1
/** For a factor of the hash that puts each text into its own slot, so many texts are put somewhere, in all. */
const WORK = 20_000
const FEWEST_TRIES = 8
const MOST_TRIES = 512
const LONGER_THAN_ANY = 2 ** 30

/** Null where its slots would be crowded. */
function write(table: ReadonlyMap<string, number>, numbers: ReadonlyMap<string, number>): readonly number[] | null {
  const texts = [...table.keys()]
  const shortest = texts.reduce((least, { length }) => Math.min(least, length), LONGER_THAN_ANY)
  const looks = looksFor(texts, shortest)
  const mask = 2 ** Math.ceil(Math.log2(texts.length * 4 + 1)) - 1
  const tries = Math.min(Math.max(Math.floor(WORK / texts.length), FEWEST_TRIES), MOST_TRIES)
  for (const longest of [1, LONGEST_RUN])
    for (let at = 0; at < tries; at += 1) {
      const factor = Math.imul(GOLDEN, 2 * at + 1)
      const slots = spread(texts, (text) => hashOf(text, looks, factor), mask, longest)
      if (slots === null) continue
      const written = slots.flatMap((text) => (text === null ? EMPTY : [numbers.get(text) as number, table.get(text) as number]))
      return [shortest, looks, factor, mask, ...written]
    }
  return null
}

/** By slot; null where one would be `longest` behind its own. */
function spread(
  texts: readonly string[],
  hash: (text: string) => number,
  mask: number,
  longest: number,
): (string | null)[] | null {
  const slots = new Array<string | null>(mask + 1).fill(null)
  for (const text of texts) {
    const own = hash(text)
    let further = 0
    while (further < longest && slots[(own + further) & mask] !== null) further += 1
    if (further === longest) return null
    slots[(own + further) & mask] = text
  }
  return slots
}
