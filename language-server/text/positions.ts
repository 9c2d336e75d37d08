import type { Position, Range } from 'vscode-languageserver-types'
import { offsetAt, positionAt, type Source, type Span } from '../../language/index.ts'

/** Returns a span as the protocol counts: lines and UTF-16 columns from 0. */
export function rangeOf({ source, start, end }: Span): Range {
  return { start: placeOf(source, start), end: placeOf(source, end) }
}

export function placeOf(source: Source, offset: number): Position {
  const { line, column } = positionAt(source, offset)
  return { line: line - 1, character: column - 1 }
}

/** Returns the offset of a position; the end of its line, or of the text, if the position is past it. */
export function offsetOf(source: Source, { line, character }: Position): number {
  const start = offsetAt(source, { line: line + 1, column: 1 })
  const wanted = offsetAt(source, { line: line + 1, column: character + 1 })
  const end = source.text.indexOf('\n', start)
  return Math.min(wanted, end === -1 ? source.text.length : end)
}
