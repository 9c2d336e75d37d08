/** Where to look at texts so that little of them tells them apart, and what is made of what stands there. */

/** Up to three places in a text: 0 is its first character, −1 its last. Of fewer, the rest are nowhere. */
export type Looks = readonly [first: number, second: number, third: number]

export const NOWHERE = 0x7fff_ffff
/** As the first: all characters count. For texts that are alike where one looks, or empty. */
export const EVERYWHERE = 0x7fff_fffe
export const ALL: Looks = [EVERYWHERE, NOWHERE, NOWHERE]

/** Places are looked for among so many at either end, and by so many of the texts. */
const REACH = 16
const SAMPLES = 512

/** Of a text in which all places are: of its length, and of the characters there. */
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

/** Few places in which, with their lengths, the texts differ most; `shortest` is the least of these lengths. */
export function looksFor(texts: readonly string[], shortest: number): Looks {
  const step = Math.ceil(texts.length / SAMPLES)
  const samples = texts.filter((_, at) => at % step === 0)
  const reach = Array.from({ length: Math.min(shortest, REACH) }, (_, at) => at)
  const places = [...reach, ...reach.map((at) => -1 - at)]
  const looks: number[] = []
  // Texts that what is chosen already does not tell apart have one number.
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

/** Small numbers for the same numbers. */
function numbered(keys: readonly number[]): { readonly of: readonly number[]; readonly count: number } {
  const numbers = new Map<number, number>()
  const of = keys.map((key) => {
    const known = numbers.get(key) ?? numbers.size
    numbers.set(key, known)
    return known
  })
  return { of, count: numbers.size }
}
