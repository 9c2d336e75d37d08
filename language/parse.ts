import type { Diagnostic } from './diagnostics/diagnostic.ts'
import type { Source } from './source.ts'
import type { Expression, File } from './syntax/ast.ts'
import { Parser } from './syntax/grammar/grammar.ts'

/** Made once, at the first text: what it works out about the grammar serves all of them. */
let parser: Parser | null = null

/**
 * Text → tree. What could not be read is reported and left out of the tree; one mistake is one diagnostic, and every
 * independent one is found. Diagnostics come in the order of the text. What names and types mean is for later phases.
 */
export function parse(source: Source): { result: File; diagnostics: readonly Diagnostic[] } {
  parser ??= new Parser()
  return parser.parse(source)
}

/** A text that is one condition and nothing else, as in the conformance cases of CEL. Null where it could not be read. */
export function parseExpression(source: Source): { result: Expression | null; diagnostics: readonly Diagnostic[] } {
  parser ??= new Parser()
  return parser.parseExpression(source)
}
