/** A named text: a project-relative path with `/`, or any label that the host chooses. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** A half-open range of UTF-16 offsets in one source, `start ≤ end`. */
export interface Span {
  readonly source: Source
  readonly start: number
  readonly end: number
}

/** A position as editors count: line and column from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Returns an offset's position; an offset past the end counts as the end. */
export function positionAt(source: Source, offset: number): Position {
  const starts = lineStarts(source)
  const end = Math.min(offset, source.text.length)
  let [line, after] = [0, starts.length]
  while (after - line > 1) {
    const middle = (line + after) >> 1
    if ((starts[middle] as number) <= end) line = middle
    else after = middle
  }
  // Editors do not count a byte order mark as a column.
  const hidden = line === 0 && end > 0 && source.text.startsWith('\uFEFF') ? 1 : 0
  return { line: line + 1, column: end - (starts[line] as number) + 1 - hidden }
}

/** Returns a position's offset; a position past the end gives the end. */
export function offsetAt(source: Source, { line, column }: Position): number {
  const start = lineStarts(source)[line - 1] ?? source.text.length
  const hidden = line === 1 && source.text.startsWith('\uFEFF') ? 1 : 0
  return Math.min(start + column - 1 + hidden, source.text.length)
}

/** Memoized, as many positions of one text are looked up. */
const known = new WeakMap<Source, readonly number[]>()

function lineStarts(source: Source): readonly number[] {
  const found = known.get(source)
  if (found !== undefined) return found
  const starts = [0]
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1)
  known.set(source, starts)
  return starts
}

/** Returns the smallest span that covers two spans of one source. */
export function spanning(first: Span, last: Span): Span {
  return { source: first.source, start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) }
}
