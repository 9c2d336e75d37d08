/** Where to look at texts so that little of them tells them apart, and what is made of what stands there. */

/** Up to three places in a text, a byte each from the lowest on: 1 is its first character, 2 the one behind; 128 is its last, 129 the one before. */
export type Looks = number
/** Everywhere: for texts that are alike in all these places. */
export const ALL: Looks = -1

const MOST_LOOKS = 3
const FROM_END = 128
/** Places are looked for among so many at either end, and by so many of the texts. */
const REACH = 16
const SAMPLES = 512

/** Of a text in which all places are: of its length, and of the characters there. */
export function hashOf(text: string, looks: Looks, factor: number): number {
  if (looks === ALL) return hashOfAll(text, factor)
  let hash = text.length
  if (looks > 0) hash = Math.imul(hash, 31) + characterAt(text, looks & 0xff)
  if (looks > 0xff) hash = Math.imul(hash, 31) + characterAt(text, (looks >> 8) & 0xff)
  if (looks > 0xffff) hash = Math.imul(hash, 31) + characterAt(text, looks >> 16)
  return mixed(hash, factor)
}

function hashOfAll(text: string, factor: number): number {
  let hash = text.length
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash, 31) + text.charCodeAt(at)
  return mixed(hash, factor)
}

function mixed(hash: number, factor: number): number {
  const product = Math.imul(hash, factor)
  return product ^ (product >>> 15)
}

/** Few places in which, with their lengths, the texts differ most; `shortest` is the least of these lengths. */
export function looksFor(texts: readonly string[], shortest: number): Looks {
  const step = Math.ceil(texts.length / SAMPLES)
  const samples = texts.filter((_, at) => at % step === 0)
  const reach = Array.from({ length: Math.min(shortest, REACH) }, (_, at) => at)
  const places = [...reach.map((at) => at + 1), ...reach.map((at) => at + FROM_END)]
  // Texts that what is chosen already does not tell apart have one number.
  let kinds = numbered(samples.map(({ length }) => length))
  let looks = 0
  for (let chosen = 0; chosen < MOST_LOOKS && kinds.count < samples.length; chosen += 1) {
    let best = kinds
    let place = 0
    for (const look of places) {
      const found = numbered(samples.map((text, at) => (kinds.of[at] as number) * 2 ** 16 + characterAt(text, look)))
      if (found.count <= best.count) continue
      best = found
      place = look
    }
    if (place === 0) break
    kinds = best
    looks |= place << (8 * chosen)
  }
  return looks
}

function characterAt(text: string, look: number): number {
  return text.charCodeAt(look < FROM_END ? look - 1 : text.length - 1 + FROM_END - look)
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
