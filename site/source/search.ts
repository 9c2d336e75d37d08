import { pagePath } from './page-paths.ts'

/** Pages that answer no question by themselves: each repeats words of all others. */
const NOT_SEARCHED = new Set(['contents.md', 'changelog.md', 'index.md'])

/** Returns whether the search finds a page. */
export function isSearched(source: string): boolean {
  const page = pagePath(source)
  return page !== null && !NOT_SEARCHED.has(page)
}

/** How the search weighs and compares words, as MiniSearch reads it. VitePress sends functions to the browser as text. */
export const searchOptions = {
  fuzzy: 0.2,
  prefix: true,
  boost: { title: 4, text: 2, titles: 1 },
}
