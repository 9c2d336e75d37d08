/**
 * Which of a few known texts another one is. A text that nobody has seen before has no hash yet, and a `Map` would make one of all its
 * characters first; here its length and a few of its characters leave one text that it can be, and one comparison settles it.
 */
export interface TextTable {
  /** Index of the same text among those that the table was made of; −1: it is none of them. */
  indexOf(text: string): number
}

/** Places are counted from the start of a text, or, negative, from its end: −1 is its last character. */
type Places = readonly [number, number, number, number]

/** How many characters are looked at. */
const LOOKS = 4
/** Where many texts look alike in all places that are looked at, a `Map` is the better table. */
const LONGEST_RUN = 4
/** A place further in than this tells no more than those before it. */
const FARTHEST = 40
const ATTEMPTS = 40

/** @param texts no two are the same */
export function textTable(texts: readonly string[]): TextTable {
  const shortest = texts.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY)
  if (texts.length === 0) return { indexOf: () => -1 }
  const places = tellingPlaces(texts, Math.min(shortest, FARTHEST))
  const spread = spreadOut(texts, places)
  return spread === null ? mapped(texts) : new LookingTable(texts, shortest, places, spread)
}

function mapped(texts: readonly string[]): TextTable {
  const indices = new Map(texts.map((text, index) => [text, index]))
  return { indexOf: (text) => indices.get(text) ?? -1 }
}

interface Spread {
  readonly factors: Places
  /** One less than a power of two. */
  readonly mask: number
  /** The first text of each slot, or −1; and behind each text the next one of its slot, or −1. */
  readonly first: Int32Array
  readonly next: Int32Array
}

class LookingTable implements TextTable {
  readonly texts: readonly string[]
  readonly shortest: number
  readonly places: Places
  readonly spread: Spread

  constructor(texts: readonly string[], shortest: number, places: Places, spread: Spread) {
    this.texts = texts
    this.shortest = shortest
    this.places = places
    this.spread = spread
  }

  indexOf(text: string): number {
    if (text.length < this.shortest) return -1
    const { first, next, mask, factors } = this.spread
    let at = first[slotOf(text, this.places, factors) & mask] as number
    while (at >= 0 && this.texts[at] !== text) at = next[at] as number
    return at
  }
}

function slotOf(text: string, [a, b, c, d]: Places, [fa, fb, fc, fd]: Places): number {
  return text.length + codeAt(text, a) * fa + codeAt(text, b) * fb + codeAt(text, c) * fc + codeAt(text, d) * fd
}

function codeAt(text: string, place: number): number {
  return text.charCodeAt(place < 0 ? text.length + place : place)
}

/** Where the texts differ most, one place after the other. All of them have a character there, where any has one at all. */
function tellingPlaces(texts: readonly string[], shortest: number): Places {
  if (shortest === 0) return [0, 0, 0, 0]
  const candidates = Array.from({ length: shortest }, (_, at) => [at, -1 - at]).flat()
  let classes = texts.map(({ length }) => length)
  const chosen: number[] = []
  while (chosen.length < LOOKS) {
    const divided = candidates.map((place) => ({ place, ...divide(texts, classes, place) }))
    const best = divided.reduce((a, b) => (b.count > a.count ? b : a))
    classes = best.classes
    chosen.push(best.place)
  }
  return chosen as unknown as Places
}

/** Texts of one class that differ at a place fall into several. */
function divide(texts: readonly string[], classes: readonly number[], place: number): { count: number; classes: number[] } {
  const numbers = new Map<number, number>()
  const divided = texts.map((text, index) => {
    const key = (classes[index] as number) * 65_536 + codeAt(text, place)
    const known = numbers.get(key) ?? numbers.size
    numbers.set(key, known)
    return known
  })
  return { count: numbers.size, classes: divided }
}

/** Factors that give the texts as many slots as they can; null where too many fall into one. */
function spreadOut(texts: readonly string[], places: Places): Spread | null {
  let best: { readonly spread: Spread; readonly run: number; readonly crowded: number } | null = null
  let seed = texts.length
  const draw = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (seed >> 12) & 0xfff
  }
  const smallest = 2 ** Math.ceil(Math.log2(texts.length * 2))
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const size = smallest * (attempt < ATTEMPTS / 2 ? 1 : 4)
    const found = fill(texts, places, [draw(), draw(), draw(), draw()], size - 1)
    if (best === null || found.run < best.run || (found.run === best.run && found.crowded < best.crowded)) best = found
    if (best.crowded === 0) break
  }
  return best === null || best.run > LONGEST_RUN ? null : best.spread
}

function fill(texts: readonly string[], places: Places, factors: Places, mask: number) {
  const first = new Int32Array(mask + 1).fill(-1)
  const next = new Int32Array(texts.length).fill(-1)
  const runs = new Uint32Array(mask + 1)
  let crowded = 0
  let run = 0
  for (const [index, text] of texts.entries()) {
    const slot = slotOf(text, places, factors) & mask
    if (first[slot] !== -1) crowded += 1
    next[index] = first[slot] as number
    first[slot] = index
    runs[slot] = (runs[slot] as number) + 1
    run = Math.max(run, runs[slot] as number)
  }
  return { spread: { factors, mask, first, next }, run, crowded }
}
