/** A range of lines of one text, and the range of lines of another text that replaces it. */
export interface LineChange {
  /** Indices of the first replaced line, and of the line after the last one. */
  readonly start: number
  readonly end: number
  /** The same for the new lines. */
  readonly newStart: number
  readonly newEnd: number
}

/** The maximum number of removed and added lines that are searched for; its square bounds the time. */
const MOST_EDITS = 1000

/**
 * Returns the changes that turn the lines `before` into `after`: a shortest list by Myers's algorithm ("An O(ND) Difference
 * Algorithm and Its Variations", 1986). Texts with too many differences give a single change.
 */
export function changedLines(before: readonly string[], after: readonly string[]): readonly LineChange[] {
  const [n, m] = [before.length, after.length]
  const most = Math.min(n + m, MOST_EDITS)
  const origin = most + 1
  // The furthest line of `before` on each diagonal, which is the difference of the indices.
  const furthest = new Int32Array(2 * most + 3)
  const rounds: Int32Array[] = []
  for (let edits = 0; edits <= most; edits++) {
    rounds.push(furthest.slice())
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let at = comesFromAbove(furthest, origin, diagonal, edits)
        ? (furthest[origin + diagonal + 1] as number)
        : (furthest[origin + diagonal - 1] as number) + 1
      while (at < n && at - diagonal < m && before[at] === after[at - diagonal]) at++
      furthest[origin + diagonal] = at
      if (at >= n && at - diagonal >= m) return changesOf(rounds, origin, n, m)
    }
  }
  return [{ start: 0, end: n, newStart: 0, newEnd: m }]
}

/** Whether the best way to a diagonal adds a line, rather than removing one. */
function comesFromAbove(furthest: Int32Array, origin: number, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true
  return diagonal !== edits && (furthest[origin + diagonal - 1] as number) < (furthest[origin + diagonal + 1] as number)
}

/** Follows the rounds back, and joins edits without a common line between them. */
function changesOf(rounds: readonly Int32Array[], origin: number, n: number, m: number): readonly LineChange[] {
  const changes: LineChange[] = []
  let [x, y] = [n, m]
  for (let edits = rounds.length - 1; edits > 0; edits--) {
    const furthest = rounds[edits] as Int32Array
    const diagonal = x - y
    const adds = comesFromAbove(furthest, origin, diagonal, edits)
    const previous = adds ? diagonal + 1 : diagonal - 1
    const fromX = furthest[origin + previous] as number
    const fromY = fromX - previous
    const edit = { start: fromX, end: adds ? fromX : fromX + 1, newStart: fromY, newEnd: adds ? fromY + 1 : fromY }
    const next = changes.at(-1)
    if (next !== undefined && next.start === edit.end && next.newStart === edit.newEnd)
      changes[changes.length - 1] = { ...next, start: edit.start, newStart: edit.newStart }
    else changes.push(edit)
    x = fromX
    y = fromY
  }
  return changes.reverse()
}
