/**
 * The grammar of a file, and the parser. Each method is a production, quoted above it, and returns the tree of `ast.ts`. The
 * classes inherit one another as chapters: words, requirements, expressions, types, JSON, rules, invariants, services,
 * expectations, tests, files. `recovery/` defines error recovery.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Source } from '../../source.ts'
import type { Expression, File } from '../ast.ts'
import { tokenize } from '../tokenize.ts'
import { FileParser } from './files.ts'

export class Parser extends FileParser {
  constructor(validated = false) {
    super(validated)
    this.performSelfAnalysis()
  }

  parse(source: Source): { result: File; diagnostics: readonly Diagnostic[] } {
    this.begin(source, tokenize(source))
    const read = this.file()
    const [brokenNames, lostNames] = [[...this.brokenNames].sort(), [...this.lostNames].sort()]
    const span = { source, start: 0, end: source.text.length }
    const result: File = { kind: 'File', ...read, brokenNames, lostNames, comments: this.comments(), span }
    return { result, diagnostics: this.end() }
  }

  parseExpression(source: Source): { result: Expression | null; diagnostics: readonly Diagnostic[] } {
    this.begin(source, tokenize(source, true))
    const result = this.loneExpression()
    return { result, diagnostics: this.end() }
  }
}
