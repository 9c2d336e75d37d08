import type { Span } from '../source.ts'
import type { File } from './ast.ts'
import { visit } from './children.ts'
import { scan } from './scan.ts'
import { keywordOf, reservedWords } from './tokens.ts'

/**
 * Returns the words of a file that are keywords where they stand, in text order. Most keywords are also names, so the tree
 * decides; text that the parser could not read has none.
 */
export function keywordsIn(file: File): readonly Span[] {
  const { source } = file.span
  const names = new Set<number>()
  visit(file, ({ kind, span }) => {
    if (kind === 'Name' || kind === 'Identifier') names.add(span.start)
  })
  const read = [...file.imports, ...file.declarations].map(({ span }) => span).sort((a, b) => a.start - b.start)
  const found: Span[] = []
  let at = 0
  for (const { tokenType, startOffset: start, image } of scan(source.text).tokens) {
    if (!keywordOf.has(tokenType) && !reservedWords.has(image)) continue
    while (at < read.length && (read[at] as Span).end <= start) at += 1
    const within = read[at]
    if (within === undefined) break
    if (within.start <= start && !names.has(start)) found.push({ source, start, end: start + image.length })
  }
  return found
}
