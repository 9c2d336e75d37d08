import type { Source, Span } from '../source.ts'
import { scan } from './scan.ts'
import { Dot } from './tokens.ts'

const WORD = /^[A-Za-z_]\w*$/

/** A word that may be a name. */
export interface WrittenName {
  readonly text: string
  readonly span: Span
  /** The word before the dot before it: `orders` of `read` in `orders.read`. Null without a dot, `''` if no word is before it. */
  readonly of: string | null
}

/** Returns the words that may be names between two offsets where the parser could read nothing; none of texts and comments. */
export function namesIn(source: Source, start: number, end: number): readonly WrittenName[] {
  const { tokens } = scan(source.text.slice(start, end))
  return tokens.flatMap<WrittenName>(({ image, startOffset }, at) => {
    if (!WORD.test(image)) return []
    const span = { source, start: start + startOffset, end: start + startOffset + image.length }
    if (tokens[at - 1]?.tokenType !== Dot) return [{ text: image, span, of: null }]
    const before = tokens[at - 2]?.image ?? ''
    return [{ text: image, span, of: WORD.test(before) ? before : '' }]
  })
}
