/**
 * Draws without replacement. Equal seeds draw equally from equal lists.
 *
 * @param seed an integer from 0 to 2³² − 1
 * @returns at most `count` items in the order in which they were drawn
 */
export function draw<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  const random = randomNumbers(seed)
  const left = [...items]
  return Array.from({ length: Math.min(count, items.length) }, () => left.splice(Math.floor(random() * left.length), 1)[0] as T)
}

/** Returns a generator of numbers from 0 up to 1: a counter through the finalizer of MurmurHash3. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let hash = state
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
  }
}
