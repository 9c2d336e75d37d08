import { pagePath } from './page-paths.ts'
import { allEntries, type IndexSection } from './read-index.ts'

export interface SitePages {
  /** The name and purpose of the product. */
  readonly title: string
  readonly summary: string
  readonly sections: readonly IndexSection[]
  /** The text of each page by its path from the root of the repository. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * Returns `llms.txt`: the index of the documentation for language models (https://llmstxt.org), with links to the Markdown of each
 * page relative to the base of the site.
 */
export function llmsIndex({ title, summary, sections }: SitePages): string {
  const lines = sections.flatMap((section) => {
    const entries = allEntries([section]).flatMap(({ title: name, source, summary: about }) => {
      const page = pagePath(source)
      return page === null ? [] : [`- [${name}](${page})${about === '' ? '' : `: ${about}`}`]
    })
    return entries.length === 0 ? [] : [`## ${section.title}`, '', ...new Set(entries), '']
  })
  return `# ${title}\n\n> ${summary}\n\nThe whole text is in [llms-full.txt](llms-full.txt).\n\n${lines.join('\n').trimEnd()}\n`
}

/** Returns `llms-full.txt`: the text of each page, those of the index first and in its order. */
export function llmsFull({ title, summary, sections, texts }: SitePages): string {
  const order = new Set([...allEntries(sections).map(({ source }) => source), ...[...texts.keys()].sort()])
  const pages = [...order].flatMap((source) => {
    const text = texts.get(source)
    return text === undefined ? [] : [`<!-- ${pagePath(source)} -->\n\n${text.trim()}\n`]
  })
  return `# ${title}\n\n> ${summary}\n\n${pages.join('\n')}`
}
