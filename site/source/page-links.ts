import { existsSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { CoreState, MarkdownRenderer, Token } from './markdown.ts'
import { linkTarget, pagePath } from './page-paths.ts'

/** Where files are on the site that pages link to, and that are no pages. */
export const FILES = 'files/'

export interface PageLinkOptions {
  /** The root of the repository. */
  readonly root: string
  /** The path at which the site is served, with `/` at both ends. */
  readonly base: string
  /** The address of a file of the repository begins with it, for example `https://github.com/o/r/blob/main/`. */
  readonly repository: string | null
  /** Gets each linked file, as a path from the root of the repository. */
  readonly files: Set<string>
}

/**
 * Rewrites the relative links of pages, which are right in the repository, for the site. A link to a file leads to a copy below
 * `files/`. A link to a folder, or to Markdown that is no page, leads to the repository; without its address only the text
 * remains.
 */
export function pageLinks(options: PageLinkOptions): (md: MarkdownRenderer) => void {
  return (md) =>
    md.core.ruler.push('page_links', ({ tokens, env }: CoreState) => {
      const path = env.realPath ?? env.path
      // A title in front matter, which has no links.
      if (path === undefined) return
      const file = relative(options.root, path).replaceAll('\\', '/')
      for (const { children } of tokens) {
        if (children !== null) rewriteLinks(children, file, options)
      }
    })
}

function rewriteLinks(tokens: Token[], file: string, options: PageLinkOptions): void {
  const removed = new Set<number>()
  let isTextOnly = false
  tokens.forEach((token, at) => {
    if (token.type === 'link_open') {
      const link = token.attrGet('href') ?? ''
      isTextOnly = !/^(?:[a-z][a-z0-9+.-]*:|#|\/)/i.test(link) && !rewriteLink(token, file, link, options)
      if (isTextOnly) removed.add(at)
    } else if (token.type === 'link_close' && isTextOnly) {
      removed.add(at)
      isTextOnly = false
    }
  })
  if (removed.size > 0) tokens.splice(0, tokens.length, ...tokens.filter((_, at) => !removed.has(at)))
}

/** Returns whether the link leads anywhere. */
function rewriteLink(token: Token, file: string, link: string, { root, base, repository, files }: PageLinkOptions): boolean {
  const [path = '', anchor] = link.split('#')
  const target = linkTarget(file, path)
  const place = join(root, target)
  if (!existsSync(place)) throw new Error(`${file}: the link \`${link}\` leads to \`${target}\`, which does not exist`)
  const page = pagePath(target)
  const isFolder = statSync(place).isDirectory()
  if (page !== null) {
    token.attrSet('href', `/${page}${anchor === undefined ? '' : `#${anchor}`}`)
  } else if (!isFolder && !target.endsWith('.md')) {
    files.add(target)
    token.attrSet('href', `${base}${FILES}${target}`)
    // VitePress would take an HTML file for a page of its own.
    token.attrSet('target', '_self')
  } else {
    if (repository === null) return false
    token.attrSet('href', `${repository}${target}${anchor === undefined ? '' : `#${anchor}`}`)
  }
  return true
}
