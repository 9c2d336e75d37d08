/** One text with a name: a project-relative path with `/`, or any label the host chose. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** A half-open range of UTF-16 offsets, `start ≤ end`, within one source. */
export interface Span {
  readonly source: Source
  readonly start: number
  readonly end: number
}

/** A place as people and editors count it: both from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The position of an offset; an offset past the end is the end. */
export function positionAt(source: Source, offset: number): Position {
  let line = 1
  let lineStart = 0
  const end = Math.min(offset, source.text.length)
  for (let at = source.text.indexOf('\n'); at !== -1 && at < end; at = source.text.indexOf('\n', at + 1)) {
    line += 1
    lineStart = at + 1
  }
  // A byte order mark is not a column to anybody who looks at the file.
  const hidden = line === 1 && end > 0 && source.text.startsWith('\uFEFF') ? 1 : 0
  return { line, column: end - lineStart + 1 - hidden }
}

/** The smallest span that covers both; they must be of one source. */
export function spanning(first: Span, last: Span): Span {
  return { source: first.source, start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) }
}
