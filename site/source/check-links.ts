import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface BrokenLink {
  /** The page that has the link, as a path from the site's folder. */
  readonly page: string
  readonly link: string
  readonly problem: string
}

interface LinkedPage {
  readonly links: readonly string[]
  readonly anchors: ReadonlySet<string>
}

/**
 * Returns the links of a built site that lead nowhere: no such file, or no such anchor on the page. Links to other sites are not
 * followed.
 *
 * @param folder the built site
 * @param base the path at which it is served, with `/` at both ends
 * @param skipped begins the addresses below the base that are not checked
 */
export function brokenLinks(folder: string, base: string, skipped: readonly string[]): readonly BrokenLink[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'))
  const pages = new Map(
    names.filter((name) => name.endsWith('.html') && !isSkipped(name)).map((name) => [name, readPage(join(folder, name))]),
  )

  function isSkipped(name: string): boolean {
    return skipped.some((prefix) => name.startsWith(prefix))
  }

  function problemOf(page: string, link: string): string | null {
    const { pathname, hash } = new URL(link, `http://site${base}${page}`)
    if (!pathname.startsWith(base)) return `it leaves \`${base}\``
    const path = decodeURIComponent(pathname.slice(base.length))
    if (isSkipped(path)) return null
    const name = path === '' || path.endsWith('/') ? `${path}index.html` : path
    const target = pages.get(name)
    if (target === undefined) return existsSync(join(folder, name)) ? null : `there is no \`${name}\``
    const anchor = decodeURIComponent(hash.slice(1))
    return anchor === '' || target.anchors.has(anchor) ? null : `\`${name}\` has no anchor \`${anchor}\``
  }

  return [...pages].flatMap(([page, { links }]) =>
    links.flatMap((link) => {
      const problem = problemOf(page, link)
      return problem === null ? [] : [{ page, link, problem }]
    }),
  )
}

function readPage(file: string): LinkedPage {
  const html = readFileSync(file, 'utf8')
  const values = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, value = '']) => value.replaceAll('&amp;', '&'))
  const isInternal = (link: string) => !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(link)
  return {
    links: [...new Set(values(/<(?:a|link|script|img)\b[^>]*?\s(?:href|src)="([^"]*)"/g).filter(isInternal))],
    anchors: new Set(values(/\sid="([^"]+)"/g)),
  }
}
