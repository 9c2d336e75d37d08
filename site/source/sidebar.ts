import { pageAddress, pagePath } from './page-paths.ts'
import type { IndexEntry, IndexSection } from './read-index.ts'

/** An item of a sidebar, as VitePress reads it. */
export interface SidebarItem {
  readonly text: string
  readonly link?: string
  readonly items?: SidebarItem[]
}

/** Names that begin with a small letter everywhere. */
const LOWER_CASE = new Set(['nginx', 'systemd', 'oauth2-proxy', 'gRPC'])

/** Returns a sidebar with the pages of an index. A page that the index names twice is in it once, at its first place. */
export function sidebarOf(sections: readonly IndexSection[]): SidebarItem[] {
  const seen = new Set<string>()
  const itemsOf = (entries: readonly IndexEntry[]) => entries.flatMap((entry) => itemOf(entry, seen) ?? [])
  return sections.flatMap(({ title, entries, sections: below }) => {
    const items = [...itemsOf(entries), ...below.map((section) => ({ text: section.title, items: itemsOf(section.entries) }))]
    return items.length === 0 ? [] : [{ text: title, items }]
  })
}

function itemOf({ title, source }: IndexEntry, seen: Set<string>): SidebarItem | null {
  const page = pagePath(source)
  if (page === null || seen.has(page)) return null
  seen.add(page)
  return { text: LOWER_CASE.has(title) ? title : title.charAt(0).toUpperCase() + title.slice(1), link: `/${pageAddress(page)}` }
}
