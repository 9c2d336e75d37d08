import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pageNames } from './pages.ts'

/** Every link from page to page leads to a file that is there, and to a heading of it. */
const root = fileURLToPath(new URL('../../', import.meta.url))
const PACKAGES = ['language', 'request', 'compiler', 'analysis', 'interpreter', 'cli', 'sdk']
const pages = [
  ...pageNames('docs', 'spec', 'examples', 'runtime', 'site/home'),
  ...PACKAGES.map((name) => `${name}/README.md`),
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
]

/** As Forges make anchors of headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = readFileSync(root + page, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '')
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )
}

describe.each(pages)('%s', (page) => {
  const text = readFileSync(root + page, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '')
  const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = '']) => link)

  it('links to what is there', () => {
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : posix.join(posix.dirname(page), path)
      if (!existsSync(root + target)) return true
      return anchor !== undefined && !anchorsOf(target).has(anchor)
    })
    expect(broken).toEqual([])
  })
})
