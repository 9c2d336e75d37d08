import type { MicromarkToken } from 'markdownlint'
import { SENTENCE_END } from '../prose/statistics.ts'

/** A position in a file; line and column count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A sentence of a paragraph or a heading. */
export interface Sentence {
  /** On one line, without markup; code is `` `code` ``, and an address is `link`. */
  readonly text: string
  readonly start: Position
  /** Behind its last character. */
  readonly end: Position
  /** Returns the position of a character of `text`. */
  positionAt(index: number): Position
}

/** Text of these tokens is that of their children; of other tokens with children, none is prose. */
const CONTAINERS = new Set([
  'strong',
  'strongText',
  'emphasis',
  'emphasisText',
  'strikethrough',
  'strikethroughText',
  'link',
  'label',
  'labelText',
  'image',
])
const HEADINGS = new Set(['atxHeadingText', 'setextHeadingText'])
const WITHOUT_PROSE = new Set(['table', 'codeFenced', 'codeIndented', 'htmlFlow', 'definition'])

/** Returns the sentences of all paragraphs, those of lists and quotations included. Tables and code have none. */
export function findSentences(tokens: readonly MicromarkToken[]): readonly Sentence[] {
  return findBlocks(tokens, (type) => type === 'paragraph').flatMap(({ children }) => splitBlock(children))
}

/** Returns the headings, a sentence each. */
export function findHeadings(tokens: readonly MicromarkToken[]): readonly Sentence[] {
  return findBlocks(tokens, (type) => HEADINGS.has(type)).flatMap(({ children }) => {
    const block = flatten(children)
    return block.text === '' ? [] : [sentenceOf(block, 0, block.text.length)]
  })
}

function findBlocks(tokens: readonly MicromarkToken[], isWanted: (type: string) => boolean): readonly MicromarkToken[] {
  return tokens.flatMap((token) => {
    if (isWanted(token.type)) return [token]
    return WITHOUT_PROSE.has(token.type) ? [] : findBlocks(token.children, isWanted)
  })
}

/** The text of a block, with the position of each character and of the end of each. */
interface Block {
  readonly text: string
  readonly starts: readonly Position[]
  readonly ends: readonly Position[]
}

function flatten(tokens: readonly MicromarkToken[]): Block {
  let text = ''
  const starts: Position[] = []
  const ends: Position[] = []
  const add = (token: MicromarkToken, word: string) => {
    for (let at = 0; at < word.length; at++) {
      starts.push({ line: token.startLine, column: token.startColumn })
      ends.push({ line: token.endLine, column: token.endColumn })
    }
    text += word
  }
  const visit = (token: MicromarkToken) => {
    if (token.type === 'data') {
      for (let at = 0; at < token.text.length; at++) {
        starts.push({ line: token.startLine, column: token.startColumn + at })
        ends.push({ line: token.startLine, column: token.startColumn + at + 1 })
      }
      text += token.text
    } else if (token.type === 'lineEnding') add(token, ' ')
    else if (token.type === 'codeText') add(token, '`code`')
    // The types of markdownlint lack those of the extension for bare addresses.
    else if (['autolink', 'literalAutolink'].includes(token.type)) add(token, 'link')
    else if (token.type === 'characterEscape') add(token, token.text.slice(1))
    else if (token.type === 'characterReference') add(token, '?')
    else if (CONTAINERS.has(token.type)) token.children.forEach(visit)
  }
  tokens.forEach(visit)
  return { text, starts, ends }
}

function splitBlock(tokens: readonly MicromarkToken[]): readonly Sentence[] {
  const block = flatten(tokens)
  const sentences: Sentence[] = []
  let from = 0
  const add = (to: number) => {
    const text = block.text.slice(from, to)
    const start = from + text.length - text.trimStart().length
    const end = from + text.trimEnd().length
    if (end > start) sentences.push(sentenceOf(block, start, end))
  }
  for (const boundary of block.text.matchAll(SENTENCE_END)) {
    add(boundary.index)
    from = boundary.index + boundary[0].length
  }
  add(block.text.length)
  return sentences
}

function sentenceOf({ text, starts, ends }: Block, from: number, to: number): Sentence {
  const positionAt = (index: number) => starts[from + index] as Position
  return { text: text.slice(from, to), start: positionAt(0), end: ends[to - 1] as Position, positionAt }
}
