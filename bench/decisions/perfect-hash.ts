import { randomFrom } from '../random.ts'

/**
 * Tells which of a few known texts another may be by a few of its characters: that one comparison then settles it. A text that was never
 * seen before has no hash yet, and a `Map` would make one of all its characters first.
 */
export interface PerfectHash {
  /** Shorter texts are none of them, and have no character to look at. */
  readonly shortest: number
  /** Of the four characters that are looked at; the same one again where fewer do. */
  readonly places: readonly [number, number, number, number]
  readonly factors: readonly [number, number, number, number]
  readonly mask: number
  /** Index of the text; of the first one where there is none. */
  readonly table: Uint16Array
  /** By index, the one other text that has the same length and the same characters there; itself where there is none. */
  readonly twins: Uint16Array
}

export function perfectHash(texts: readonly string[]): PerfectHash {
  const shortest = Math.min(...texts.map(({ length }) => length))
  const places = tellingPlaces(texts, shortest)
  const keys = texts.map((text) => keyOf(text, places))
  const twins = Uint16Array.from(keys, (key, at) => {
    const first = keys.indexOf(key)
    return first === at ? Math.max(at, keys.indexOf(key, at + 1)) : first
  })
  const random = randomFrom(texts.length)
  for (let size = 4; ; size *= 2) {
    if (size < texts.length) continue
    for (let attempt = 0; attempt < 2_000; attempt += 1) {
      const factors = places.map(() => random.int(1 << 12)) as unknown as PerfectHash['factors']
      const slots = texts.map((text) => slotOf(text, places, factors, size - 1))
      if (new Set(slots).size < new Set(keys).size) continue
      const table = new Uint16Array(size)
      for (const [index, slot] of slots.entries()) table[slot] = index
      return { shortest, places, factors, mask: size - 1, table, twins }
    }
  }
}

function slotOf(text: string, places: PerfectHash['places'], factors: PerfectHash['factors'], mask: number): number {
  return places.reduce((sum, place, at) => sum + text.charCodeAt(place) * (factors[at] as number), text.length) & mask
}

/** Places where the texts differ most, with which their length is enough to tell them apart, or all but a few pairs. */
function tellingPlaces(texts: readonly string[], shortest: number): PerfectHash['places'] {
  const chosen: number[] = []
  const kinds = (places: readonly number[]) => new Set(texts.map((text) => keyOf(text, places))).size
  while (chosen.length < 4) {
    const all = Array.from({ length: shortest }, (_, place) => ({ place, kinds: kinds([...chosen, place]) }))
    const best = all.reduce((a, b) => (b.kinds > a.kinds ? b : a))
    chosen.push(best.place)
  }
  const largest = Math.max(...texts.map((text) => texts.filter((other) => keyOf(other, chosen) === keyOf(text, chosen)).length))
  if (largest > 2) throw new Error('four characters do not tell these texts apart')
  return chosen as unknown as PerfectHash['places']
}

function keyOf(text: string, places: readonly number[]): string {
  return [text.length, ...places.map((place) => text.charCodeAt(place))].join()
}
