/**
 * The parser of `.iap` texts. Its grammar has chapters: each file beside this one defines the productions of a part of the
 * language, and names the pages of `spec/language/` that it implements. The comment of a production is its grammar, and the value
 * is its part of the syntax tree (`ast.ts`). Productions call the methods of `RecoveringParser`: those of Chevrotain, spans,
 * reports and error recovery.
 */
import type { IToken, ParserMethod } from 'chevrotain'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Source } from '../../source.ts'
import type { Expression, File } from '../ast.ts'
import { tokenize } from '../tokenize.ts'
import { defineExpectationProductions } from './expectations.ts'
import { defineExpressionProductions } from './expressions.ts'
import { defineFileProductions } from './files.ts'
import { defineInvariantProductions } from './invariants.ts'
import { defineJsonProductions } from './json.ts'
import { RecoveringParser } from './recovery/recovering-parser.ts'
import { defineRequestPartProductions } from './request-parts.ts'
import { defineRequirementProductions } from './requirements.ts'
import { defineRuleProductions } from './rules.ts'
import { defineServiceProductions } from './services.ts'
import { defineTestProductions } from './tests.ts'
import { defineTypeProductions } from './types.ts'
import { defineWordProductions } from './words.ts'

export class Parser extends RecoveringParser {
  private readonly file: ParserMethod<[], Pick<File, 'imports' | 'declarations'>>
  private readonly loneExpression: ParserMethod<[], Expression | null>

  /**
   * Creates a parser.
   *
   * @param validated whether to check the grammar for ambiguities, which is slow and only for its test
   */
  constructor(validated = false) {
    super(validated)
    // Each chapter receives the chapters that its productions refer to.
    const words = defineWordProductions(this)
    const requirements = defineRequirementProductions(this, words)
    const expressions = defineExpressionProductions(this, words, requirements)
    const types = defineTypeProductions(this, words)
    const json = defineJsonProductions(this, words)
    const rules = defineRuleProductions(this, words, requirements, expressions)
    const invariants = defineInvariantProductions(this, words, expressions, rules)
    const services = defineServiceProductions(this, words, types)
    const expectations = defineExpectationProductions(this, words)
    const requests = defineRequestPartProductions(this, words, json, services, expectations)
    const tests = defineTestProductions(this, words, json, requests, expectations, expressions, rules)
    const files = defineFileProductions(this, { words, types, expressions, rules, invariants, services, tests })
    this.file = files.file
    this.loneExpression = files.loneExpression
    this.performSelfAnalysis()
  }

  parse(source: Source): { result: File; diagnostics: readonly Diagnostic[] } {
    this.begin(source, tokenize(source))
    const read = this.file()
    const [brokenNames, lostNames] = [[...this.unreadable.broken].sort(), [...this.unreadable.lost].sort()]
    const span = { source, start: 0, end: source.text.length }
    const hidesNames = this.hidesNames(read)
    const result: File = { kind: 'File', ...read, brokenNames, lostNames, hidesNames, comments: this.comments(), span }
    return { result, diagnostics: this.end() }
  }

  parseExpression(source: Source): { result: Expression | null; diagnostics: readonly Diagnostic[] } {
    this.begin(source, tokenize(source, true))
    const result = this.loneExpression()
    return { result, diagnostics: this.end() }
  }

  /** Returns the kinds of tokens that can follow the beginning of a declaration or an import, by the grammar alone. */
  following(production: 'declaration' | 'import', before: readonly IToken[]): ReturnType<Parser['computeContentAssist']> {
    return this.computeContentAssist(production, [...before])
  }
}
