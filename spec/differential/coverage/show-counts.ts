/** Counts in three columns, those below a least one marked. */
export function showCounts(counts: readonly (readonly [name: string, count: number])[], least: number): string {
  const cells = counts.map(([name, count]) => `${count < least ? '!' : ' '}${String(count).padStart(9)}  ${name.padEnd(34)}`)
  const rows = Math.ceil(cells.length / 3)
  return Array.from({ length: rows }, (_, row) =>
    [0, 1, 2]
      .map((column) => cells[row + column * rows] ?? '')
      .join('')
      .trimEnd(),
  ).join('\n')
}
