/** Skips the search among more names: a project with as many may have as many unknown ones. */
const MOST_NAMES = 500

/**
 * Returns the known name nearest to a mistyped one, or null if none is near: at most two letters in five differ (one in short
 * names), ignoring case, with a swap of neighbors counted as one. Ties go to the first by UTF-16. If very many names are known,
 * only the first five hundred of adjacent lengths are compared.
 */
export function nearest(name: string, known: Iterable<string>): string | null {
  const wanted = name.toLowerCase()
  const limit = Math.max(1, Math.floor(name.length * 0.4))
  let best: string | null = null
  let least = limit
  let looked = 0
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > least) continue
    looked += 1
    if (looked > MOST_NAMES) break
    const distance = editDistance(wanted, candidate.toLowerCase(), least)
    if (distance < least || (distance === least && (best === null || candidate < best))) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** Three rows that each comparison reuses. */
let rows = [new Int32Array(64), new Int32Array(64), new Int32Array(64)] as [Int32Array, Int32Array, Int32Array]

/** Returns the optimal string alignment distance; above the limit possibly `limit + 1`. */
function editDistance(a: string, b: string, limit: number): number {
  // Common prefixes and suffixes do not matter.
  let start = 0
  while (start < a.length && start < b.length && a.charCodeAt(start) === b.charCodeAt(start)) start += 1
  let [endA, endB] = [a.length, b.length]
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA -= 1
    endB -= 1
  }
  const [lengthA, lengthB] = [endA - start, endB - start]
  const tooFar = limit + 1
  if (lengthA === 0 || lengthB === 0) return Math.min(lengthA + lengthB, tooFar)
  if (rows[0].length <= lengthB) rows = [new Int32Array(lengthB * 2), new Int32Array(lengthB * 2), new Int32Array(lengthB * 2)]
  let [beforeLast, last, row] = rows
  for (let j = 0; j <= lengthB; j += 1) last[j] = j
  for (let i = 1; i <= lengthA; i += 1) {
    // Outside of this band the difference in length alone exceeds the limit.
    const from = Math.max(1, i - limit)
    const to = Math.min(lengthB, i + limit)
    row[from - 1] = from === 1 ? i : tooFar
    if (to < lengthB) row[to + 1] = tooFar
    let least = row[from - 1] as number
    const letter = a.charCodeAt(start + i - 1)
    for (let j = from; j <= to; j += 1) {
      const other = b.charCodeAt(start + j - 1)
      // The previous row ends one column earlier.
      const above = j > i - 1 + limit ? tooFar : (last[j] as number)
      let cost = Math.min(above + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + (letter === other ? 0 : 1))
      const swapped = i > 1 && j > 1 && letter === b.charCodeAt(start + j - 2) && a.charCodeAt(start + i - 2) === other
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] as number) + 1)
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > limit) return tooFar
    const free = beforeLast
    beforeLast = last
    last = row
    row = free
  }
  return last[lengthB] as number
}
