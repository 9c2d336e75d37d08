/** Of bytes that are whole lines, each without its end. */
export function linesIn(bytes: Buffer): readonly string[] {
  return bytes.toString('utf8').split('\n').slice(0, -1)
}

/** Of the first so many of them, with their ends. */
export function lengthOf(lines: readonly string[], count: number): number {
  return lines.slice(0, count).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
}
