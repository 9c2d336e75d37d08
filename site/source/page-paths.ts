import { posix } from 'node:path'

/** Folders of pages, and where their pages are on the site. */
const FOLDERS = [
  ['docs/', ''],
  ['spec/language/', 'language/'],
] as const

const SINGLE_PAGES: Readonly<Record<string, string>> = {
  'site/home/index.md': 'index.md',
  'docs/README.md': 'contents.md',
  'CHANGELOG.md': 'changelog.md',
}

/** Files that only readers of the repository need. */
const LEFT_OUT = /^(?:docs|spec\/language)\/decisions\//

/**
 * Returns the path of a page on the site, or `null` if the site does not have it.
 *
 * @param source a path from the root of the repository
 * @example pagePath('docs/reference/errors/README.md') // 'reference/errors/index.md'
 */
export function pagePath(source: string): string | null {
  const single = SINGLE_PAGES[source]
  if (single !== undefined) return single
  if (!source.endsWith('.md') || LEFT_OUT.test(source)) return null
  for (const [folder, place] of FOLDERS) {
    if (source.startsWith(folder)) return place + source.slice(folder.length).replace(/(^|\/)README\.md$/, '$1index.md')
  }
  return null
}

/** Returns the address of a page below the base of the site: `reference/errors/`, `language/rules.html`. */
export function pageAddress(page: string): string {
  return page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '.html')
}

/**
 * Returns the globs of Markdown files that are no pages of the site.
 *
 * @param entries the names in the root of the repository; folders end with `/`
 */
export function excludedPages(entries: readonly string[]): readonly string[] {
  const others = entries.filter((name) => !['docs/', 'spec/', 'site/', 'CHANGELOG.md'].includes(name))
  return [
    ...others.map((name) => (name.endsWith('/') ? `${name}**` : name)).filter((glob) => /\*\*$|\.md$/.test(glob)),
    ...['docs/decisions/**', 'spec/*.md', 'spec/!(language)/**', 'spec/language/decisions/**'],
    ...['site/README.md', 'site/node_modules/**'],
  ].sort()
}

/** Resolves a link of a file to a path from the root of the repository. */
export function linkTarget(file: string, link: string): string {
  return posix.join(posix.dirname(file), decodeURIComponent(link)).replace(/\/$/, '')
}
