/**
 * The known name nearest to a mistyped one, or null where none is near enough to be what was meant: at most two
 * letters in five differ (one in short names), where letter case counts as nothing and a swap of neighbours as one.
 * Of names equally near, the first by UTF-16.
 */
export function nearest(name: string, known: Iterable<string>): string | null {
  const wanted = name.toLowerCase()
  const limit = Math.max(1, Math.floor(name.length * 0.4))
  let best: string | null = null
  let least = limit + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue
    const distance = editDistance(wanted, candidate.toLowerCase(), limit)
    if (distance < least || (distance === least && best !== null && candidate < best)) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** Optimal string alignment distance; anything above the limit may come out as `limit + 1`. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    if (Math.min(...row) > limit) return limit + 1
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
