import { pagePath } from './page-paths.ts'
import { allEntries, type IndexSection } from './read-index.ts'

/** Pages that answer no question by themselves: each repeats words of all others. */
const NOT_SEARCHED = new Set(['contents.md', 'changelog.md', 'index.md'])

/** How the search weighs and compares words, as MiniSearch reads it. VitePress sends functions to the browser as text. */
export const searchOptions = {
  fuzzy: 0.2,
  // Words such as `a` begin half of all others.
  prefix: (term: string) => term.length > 2,
  /** Words of every question say nothing of what is asked. */
  processTerm: (term: string) =>
    /^(?:an?|and|are|as|at|be|by|can|do|does|for|how|i|in|is|it|me|my|of|on|or|the|to|was|what|when|who|why|with)$/i.test(term)
      ? null
      : term.toLowerCase(),
  boost: { title: 4, text: 2, titles: 1 },
}

/** Words that find a page, by its path from the root of the repository. */
export type SearchWords = ReadonlyMap<string, string>

/**
 * Returns the words that find a page beside its own text: its row in the index, and the words of people who know the thing by
 * another name.
 */
export function searchWords(sections: readonly IndexSection[], keywords: Readonly<Record<string, string>>): SearchWords {
  const words = new Map(Object.entries(keywords))
  for (const { source, title, summary } of allEntries(sections))
    words.set(source, [words.get(source), title, summary].filter(Boolean).join(' '))
  return words
}

/**
 * Returns what the search reads of a page: its HTML, with more words below its title. It is empty for a page that is not found.
 *
 * @param source the page, as a path from the root of the repository
 */
export function searchedHtml(source: string, html: string, words: SearchWords): string {
  const page = pagePath(source)
  if (page === null || NOT_SEARCHED.has(page)) return ''
  const more = (words.get(source) ?? '').replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return html.replace('</h1>', () => `</h1>\n<p>${more}</p>`)
}
