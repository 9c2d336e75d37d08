/** Chooses characters that tell texts apart, and hashes them. */

/**
 * At most three character positions from which the hash of a text is computed. 0 is the first character and −1 the last; unused
 * positions are `NOWHERE`.
 */
export type Looks = readonly [first: number, second: number, third: number]

export const NOWHERE = 0x7fff_ffff
/**
 * Value of the first position if the hash uses all characters. This is for texts that include the empty text, or cannot be told
 * apart by few characters.
 */
export const EVERYWHERE = 0x7fff_fffe
export const ALL: Looks = [EVERYWHERE, NOWHERE, NOWHERE]

/** Number of positions considered at either end of a text, and number of sampled texts. */
const REACH = 16
const SAMPLES = 512

/**
 * Returns the hash of a text: a number computed from its length and the characters at the given positions, which must be within
 * the text.
 */
export function hashOf(text: string, [first, second, third]: Looks): number {
  if (first === EVERYWHERE) return hashOfAll(text)
  let hash = text.length ^ (characterAt(text, first) << 7)
  if (second !== NOWHERE) hash ^= characterAt(text, second) << 14
  if (third !== NOWHERE) hash ^= characterAt(text, third) << 21
  return hash
}

export function hashOfAll(text: string): number {
  let hash = text.length
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ (hash >>> 15), 31) + text.charCodeAt(at)
  return hash | 0
}

/**
 * Returns the at most three character positions that best tell the given texts apart, for use with `hashOf`. `shortest` is the
 * least length of the texts.
 */
export function looksFor(texts: readonly string[], shortest: number): Looks {
  const step = Math.ceil(texts.length / SAMPLES)
  const samples = texts.filter((_, at) => at % step === 0)
  const reach = Array.from({ length: Math.min(shortest, REACH) }, (_, at) => at)
  const places = [...reach, ...reach.map((at) => -1 - at)]
  const looks: number[] = []
  // Texts not yet told apart share a number.
  let kinds = numbered(samples.map(({ length }) => length))
  for (let chosen = 0; chosen < 3 && (chosen === 0 || kinds.count < samples.length); chosen += 1) {
    const all = places.map((place) => ({
      place,
      kinds: numbered(samples.map((text, at) => (kinds.of[at] as number) * 2 ** 16 + characterAt(text, place))),
    }))
    const best = all.reduce<(typeof all)[number] | undefined>(
      (a, b) => (a !== undefined && a.kinds.count >= b.kinds.count ? a : b),
      undefined,
    )
    if (best === undefined || (chosen > 0 && best.kinds.count === kinds.count)) break
    kinds = best.kinds
    looks.push(best.place)
  }
  const [first = EVERYWHERE, second = NOWHERE, third = NOWHERE] = looks
  return [first, second, third]
}

function characterAt(text: string, place: number): number {
  return text.charCodeAt(place < 0 ? place + text.length : place)
}

/** Renumbers equal numbers densely, from 0. */
function numbered(keys: readonly number[]): { readonly of: readonly number[]; readonly count: number } {
  const numbers = new Map<number, number>()
  const of = keys.map((key) => {
    const known = numbers.get(key) ?? numbers.size
    numbers.set(key, known)
    return known
  })
  return { of, count: numbers.size }
}
