import { linkTarget } from './page-paths.ts'

/** A page that an index names. */
export interface IndexEntry {
  readonly title: string
  /** A path from the root of the repository. */
  readonly source: string
  /** The other cell of its row, or the rest of its line, without links. */
  readonly summary: string
}

/** A section of an index, with the sections below it. */
export interface IndexSection {
  readonly title: string
  readonly entries: IndexEntry[]
  readonly sections: IndexSection[]
}

const LINK = /\[([^\]]+)\]\(([^)\s#]+\.md)(?:#[^)]*)?\)/g

/**
 * Reads the sections of an index: headings of the second and third level, and the pages that rows of tables and items of lists
 * name. Of a table only the first column names pages.
 *
 * @param file the path of the index from the root of the repository
 * @throws Error if a page stands before the first heading
 */
export function readIndex(file: string, text: string): readonly IndexSection[] {
  const sections: IndexSection[] = []
  let current: IndexSection | undefined
  for (const line of text.replaceAll(/^```[\s\S]*?^```$/gm, '').split('\n')) {
    const heading = /^(##|###) (.+)$/.exec(line)
    if (heading) {
      current = { title: heading[2] ?? '', entries: [], sections: [] }
      if (heading[1] === '##') sections.push(current)
      else sections.at(-1)?.sections.push(current)
      continue
    }
    const entries = entriesOf(file, line)
    if (entries.length === 0) continue
    if (current === undefined) throw new Error(`${file}: expected a heading before \`${line}\``)
    current.entries.push(...entries)
  }
  return sections
}

function entriesOf(file: string, line: string): readonly IndexEntry[] {
  const [, cell, rest] = /^\| (.*?) \| (.*) \|$/.exec(line) ?? []
  const item = /^(?:-|\d+\.) (.*)$/.exec(line)?.[1]
  const named = cell ?? item
  if (named === undefined) return []
  const links = [...named.matchAll(LINK)]
  const summary = plainText(rest ?? (links.length === 1 ? named.replace(LINK, '').replace(/^[:, ]+/, '') : ''))
  return links.map(([, title = '', link = '']) => ({ title: plainText(title), source: linkTarget(file, link), summary }))
}

/** Markdown without links and marks of code. */
function plainText(text: string): string {
  return text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
}

/** Returns the entries of sections and of the sections below them, in order. */
export function allEntries(sections: readonly IndexSection[]): readonly IndexEntry[] {
  return sections.flatMap(({ entries, sections: below }) => [...entries, ...allEntries(below)])
}
