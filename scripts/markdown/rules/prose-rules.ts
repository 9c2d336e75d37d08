import type { Rule, RuleOnError, RuleParams } from 'markdownlint'
import { wordsOf } from '../../prose/statistics.ts'
import { findHeadings, findSentences, type Sentence } from '../find-sentences.ts'
import { PHRASES, type PhraseRule } from './phrases.ts'

const MAX_COLUMNS = 120
const MAX_WORDS = 25

/** A line of prose is one sentence or at most 120 columns, so that a change of a sentence is a change of its lines alone. */
const oneSentenceLine = rule(
  'IAP001',
  'one-sentence-line',
  `A line is one sentence or at most ${MAX_COLUMNS} columns`,
  (tokens, report, lines) => {
    const sentences = findSentences(tokens)
    const inProse = new Set(sentences.flatMap(({ start, end }) => range(start.line, end.line)))
    for (const line of inProse) {
      const columns = lines[line - 1]?.length ?? 0
      if (columns <= MAX_COLUMNS) continue
      const there = sentences.filter(({ start, end }) => start.line <= line && end.line >= line)
      if (there.length === 1 && there[0]?.start.line === there[0]?.end.line) continue
      const seen = there.length === 1 ? 'part of one' : `${there.length}, in whole or in part`
      report(
        { line, column: MAX_COLUMNS + 1 },
        `expected one sentence, got ${seen} on ${columns} columns; break the line behind each sentence`,
      )
    }
  },
)

const sentenceLength = rule('IAP002', 'sentence-length', `A sentence has at most ${MAX_WORDS} words`, (tokens, report) => {
  for (const { text, start } of findSentences(tokens)) {
    const { length } = wordsOf(text)
    if (length > MAX_WORDS)
      report(start, `expected at most ${MAX_WORDS} words, got ${length}: ${shorten(text)}; write two sentences`)
  }
})

const plainPhrases = rule('IAP003', 'plain-phrases', 'Plain English of the field', (tokens, report) => {
  const check = (found: readonly Sentence[], place: NonNullable<PhraseRule['only']>) => {
    for (const sentence of found)
      for (const { pattern, instead, only } of PHRASES) {
        const match = only === undefined || only === place ? pattern.exec(sentence.text) : null
        if (match)
          report(sentence.positionAt(match.index), `expected ${instead}, got \`${match[0]}\` in: ${shorten(sentence.text)}`)
      }
  }
  check(findHeadings(tokens), 'heading')
  check(findSentences(tokens), 'sentence')
})

/** The rules of prose, for markdownlint. */
export const PROSE_RULES: readonly Rule[] = [oneSentenceLine, sentenceLength, plainPhrases]

type Report = (position: { readonly line: number; readonly column: number }, detail: string) => void

function rule(
  code: string,
  name: string,
  description: string,
  check: (tokens: Parameters<typeof findSentences>[0], report: Report, lines: readonly string[]) => void,
): Rule {
  return {
    names: [code, name],
    description,
    tags: ['prose'],
    parser: 'micromark',
    function: ({ parsers, lines }: RuleParams, onError: RuleOnError) =>
      check(
        parsers.micromark.tokens,
        ({ line, column }, detail) => onError({ lineNumber: line, detail, range: [column, 1] }),
        lines,
      ),
  }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`
}
