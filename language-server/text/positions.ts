import type { Position, Range } from 'vscode-languageserver-types'
import type { Source, Span } from '../../language/index.ts'

/** Returns a span as the protocol counts: lines and UTF-16 columns from 0. A byte order mark that a client sent counts, too. */
export function rangeOf({ source, start, end }: Span): Range {
  return { start: placeOf(source, start), end: placeOf(source, end) }
}

export function placeOf(source: Source, offset: number): Position {
  const lines = linesOf(source)
  let [line, after] = [0, lines.length]
  while (after - line > 1) {
    const middle = (line + after) >> 1
    if ((lines[middle] as Line).start <= offset) line = middle
    else after = middle
  }
  const { start, end } = lines[line] as Line
  return { line, character: Math.min(offset, end) - start }
}

/** Returns the offset of a position; the end of its line, or of the text, if the position is past it. */
export function offsetOf(source: Source, { line, character }: Position): number {
  const found = linesOf(source)[line]
  return found === undefined ? source.text.length : Math.min(found.start + character, found.end)
}

interface Line {
  readonly start: number
  /** Before the characters that end it. */
  readonly end: number
}

/** Memoized, as many positions of one text are looked up. */
const known = new WeakMap<Source, readonly Line[]>()

/** Lines end as in the protocol: with `\n`, `\r\n`, or `\r` alone. */
function linesOf(source: Source): readonly Line[] {
  const found = known.get(source)
  if (found !== undefined) return found
  const lines: Line[] = []
  let start = 0
  for (const { 0: ending, index } of source.text.matchAll(/\r\n|\r|\n/g)) {
    lines.push({ start, end: index })
    start = index + ending.length
  }
  lines.push({ start, end: source.text.length })
  known.set(source, lines)
  return lines
}
