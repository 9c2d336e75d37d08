import type { Diagnostic } from './diagnostics/diagnostic.ts'
import type { Source } from './source.ts'
import type { Expression, File } from './syntax/ast.ts'
import { type Cursor, cursorAt } from './syntax/cursor.ts'
import { Parser } from './syntax/grammar/parser.ts'

/** Created once, as its analysis of the grammar serves all texts. */
let parser: Parser | null = null

/**
 * Parses a file. Unreadable parts are reported and left out of the tree; every independent mistake is reported once, in text
 * order. Later phases resolve names and types.
 */
export function parse(source: Source): { result: File; diagnostics: readonly Diagnostic[] } {
  parser ??= new Parser()
  return parser.parse(source)
}

/** Parses a single condition, as in CEL's conformance cases. Null if it is unreadable. */
export function parseExpression(source: Source): { result: Expression | null; diagnostics: readonly Diagnostic[] } {
  parser ??= new Parser()
  return parser.parseExpression(source)
}

/** Returns what may be written at an offset of a text; null in a comment or a number. */
export function readCursor(file: File, offset: number): Cursor | null {
  parser ??= new Parser()
  return cursorAt(parser, file, offset)
}
