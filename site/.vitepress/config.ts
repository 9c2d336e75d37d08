/** The site's configuration of VitePress. What can be tested without VitePress is in `source/`. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import {
  brokenLinks,
  excludedPages,
  FILES,
  llmsFull,
  llmsIndex,
  pageLinks,
  pagePath,
  playgroundLinks,
  readIndex,
  readVersions,
  searchedHtml,
  searchOptions,
  searchWords,
  sidebarOf,
  versionName,
} from '../source/index.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const base = process.env.SITE_BASE || '/'
if (!/^\/(?:.*\/)?$/.test(base)) throw new Error(`SITE_BASE: expected a path with "/" at both ends, got "${base}"`)
const repository = process.env.SITE_REPOSITORY || null
if (repository !== null && !/^https:\/\/.*\/$/.test(repository))
  throw new Error(`SITE_REPOSITORY: expected an https URL with "/" at its end, got "${repository}"`)

const { version, description } = JSON.parse(read('package.json'))
const released = readVersions(read('site/versions.json'))
const index = readIndex('docs/README.md', read('docs/README.md'))
const languageIndex = readIndex('spec/language/README.md', read('spec/language/README.md'))
const words = searchWords([...index, ...languageIndex], JSON.parse(read('site/search-keywords.json')))
const grammar = JSON.parse(read('editors/vscode/syntaxes/iap.tmLanguage.json'))
/** Languages of blocks that the highlighter does not know. */
const PLAIN_LANGUAGES = ['caddyfile', 'cel', 'ebnf', 'haproxy', 'rego', 'rules']
/** The files that pages link to. */
const files = new Set<string>()

export default defineConfig({
  title: 'iap',
  description,
  lang: 'en-US',
  base,
  srcDir: '..',
  outDir: '../dist/site',
  cacheDir: '../.tsbuild/site-cache',
  srcExclude: [
    ...excludedPages(
      readdirSync(root, { withFileTypes: true }).map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)),
    ),
  ],
  rewrites: (source) => pagePath(source) ?? source,
  // Static servers of all kinds find `page.html`.
  cleanUrls: false,
  // In parallel, pages come into the search index in another order each time.
  buildConcurrency: 1,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }]],
  markdown: {
    languages: [
      { ...grammar, name: 'iap' },
      ...PLAIN_LANGUAGES.map((name) => ({ name, scopeName: `text.${name}`, patterns: [], repository: {} })),
    ],
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: {
      // As forges make anchors of headings, so that links work in the repository, too.
      slugify: (text) =>
        text
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
          .trim()
          .replaceAll(' ', '-'),
    },
    config: (md) => {
      md.options.highlight = keepResults(md.options.highlight)
      pageLinks({ root, base, repository, files })(md)
      playgroundLinks(base)(md)
    },
  },
  themeConfig: {
    nav: [
      { text: 'Documentation', link: '/contents.html' },
      { text: 'Language', link: '/language/' },
      { text: 'Playground', link: '/playground/', target: '_self' },
      {
        text: versionName(version, released),
        items: [
          ...released
            .filter((one) => one.version !== version)
            .map((one) => ({ text: one.version, link: one.url, target: '_self' })),
          { text: 'Changelog', link: '/changelog.html' },
        ],
      },
    ],
    sidebar: {
      '/language/': [{ text: 'The language', link: '/language/', items: [] }, ...sidebarOf(languageIndex)],
      '/': [{ text: 'All pages', link: '/contents.html', items: [] }, ...sidebarOf(index)],
    },
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: { searchOptions },
        _render: (text, environment, md) => searchedHtml(environment.relativePath, md.render(text, environment), words),
      },
    },
  },
  vite: {
    publicDir: false,
    plugins: [
      {
        // Pages are outside of `site/`, and import Vue once they are compiled. The pages are rendered by one Vue, that of Node.
        name: 'packages-of-the-site',
        enforce: 'pre',
        resolveId(source, importer, { ssr }) {
          if (!/^vue(?:\/server-renderer)?$/.test(source)) return null
          if (ssr) return { id: source, external: true }
          return importer?.includes('/site/node_modules/')
            ? null
            : this.resolve(source, join(root, 'site/package.json'), { skipSelf: true })
        },
      },
    ],
    build: { chunkSizeWarningLimit: 5_000 },
  },
  buildEnd({ outDir, pages }) {
    copy('editors/vscode/icon.svg', join(outDir, 'icon.svg'))
    for (const file of files) copy(file, join(outDir, FILES, file))
    const texts = new Map(pages.filter((page) => page !== 'site/home/index.md').map((page) => [page, read(page)]))
    for (const page of texts.keys()) copy(page, join(outDir, pagePath(page) ?? page))
    const sitePages = { title: 'iap', summary: description, sections: [...index, ...languageIndex], texts }
    writeFileSync(join(outDir, 'llms.txt'), llmsIndex(sitePages))
    writeFileSync(join(outDir, 'llms-full.txt'), llmsFull(sitePages))
    const broken = brokenLinks(outDir, base, ['playground/', FILES])
    if (broken.length === 0) return
    const lines = broken.map(({ page, link, problem }) => `${page}: the link \`${link}\`: ${problem}`)
    throw new Error(`${broken.length} broken links\n${lines.join('\n')}`)
  },
})

type Highlight = (code: string, language: string, attributes: string) => string

/** Each page is rendered twice, the second time for the search index: to highlight its code is a third of the build. */
function keepResults(highlight: Highlight | null | undefined): Highlight | null | undefined {
  if (!highlight) return highlight
  const results = new Map<string, string>()
  return (...block) => {
    const key = block.join('\0')
    const html = results.get(key) ?? highlight(...block)
    results.set(key, html)
    return html
  }
}

function copy(file: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(join(root, file), target)
}
