import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeShare } from '../../playground/share/index.ts'
import {
  allEntries,
  type MarkdownRenderer,
  pageAddress,
  pagePath,
  playgroundLinks,
  readIndex,
  readVersions,
  searchedHtml,
  searchWords,
  sidebarOf,
  versionName,
} from './index.ts'

const root = new URL('../../', import.meta.url)
const readText = (path: string) => readFileSync(new URL(path, root), 'utf8')

test.each([
  ['docs/README.md', 'contents.md', 'contents.html'],
  ['docs/reference/errors/README.md', 'reference/errors/index.md', 'reference/errors/'],
  ['docs/guides/deploy/container.md', 'guides/deploy/container.md', 'guides/deploy/container.html'],
  ['spec/language/README.md', 'language/index.md', 'language/'],
  ['site/home/index.md', 'index.md', ''],
])('%s is a page of the site', (source, page, address) => {
  expect(pagePath(source)).toBe(page)
  expect(pageAddress(page)).toBe(address)
})

test.each(['README.md', 'docs/decisions/pages-by-need.md', 'spec/README.md', 'docs/guides/operations/observability/alerts.yaml'])(
  '%s is no page of the site',
  (source) => expect(pagePath(source)).toBeNull(),
)

describe('an index', () => {
  const TEXT = [
    '# All\n\nA [page](no.md) in a sentence.\n',
    '## Guides\n\n| page | task |\n| --- | --- |\n| [a](a.md), [b](../b/README.md#x) | do `this` [now](c.md) |\n',
    '### Deploy\n\n- [d](d.md): how\n- [data](data.json)\n',
    '```md\n- [no](no.md)\n```\n\n## Empty\n',
  ].join('\n')

  test('has sections, and the pages of tables and lists', () => {
    const sections = readIndex('docs/README.md', TEXT)
    expect(sections).toEqual([
      {
        title: 'Guides',
        entries: [
          { title: 'a', source: 'docs/a.md', summary: 'do this now' },
          { title: 'b', source: 'b/README.md', summary: 'do this now' },
        ],
        sections: [{ title: 'Deploy', entries: [{ title: 'd', source: 'docs/d.md', summary: 'how' }], sections: [] }],
      },
      { title: 'Empty', entries: [], sections: [] },
    ])
    expect(sidebarOf(sections)).toEqual([
      {
        text: 'Guides',
        items: [
          { text: 'A', link: '/a.html' },
          { text: 'Deploy', items: [{ text: 'D', link: '/d.html' }] },
        ],
      },
    ])
  })

  test('with a page before its first heading is refused', () => {
    expect(() => readIndex('docs/README.md', '- [a](a.md)\n')).toThrow('docs/README.md: expected a heading before `- [a](a.md)`')
  })

  test('names each page of the documentation', () => {
    const named = ['docs/README.md', 'spec/language/README.md'].flatMap((file) => allEntries(readIndex(file, readText(file))))
    const sources = new Set(named.map(({ source }) => source))
    // A folder whose index is named has its own list.
    const missing = ['docs', 'spec/language']
      .flatMap((folder) =>
        readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
      )
      .filter((name) => pagePath(name) !== null && !/^(?:docs|spec\/language)\/README\.md$/.test(name))
      .filter((name) => !sources.has(name) && !sources.has(name.replace(/[^/]+$/, 'README.md')))
    expect(missing).toEqual([])
  })
})

describe('versions', () => {
  test('that are not released are marked', () => {
    const released = readVersions('{"released":[{"version":"1.0.0","url":"/iap/1.0.0/"}]}')
    expect([versionName('1.0.0', released), versionName('1.1.0', released)]).toEqual(['1.0.0', '1.1.0 (unreleased)'])
  })

  test.each([
    ['[]', 'versions.json: expected `released` to be a list of versions'],
    ['{"released":[{"version":"one"}]}', 'versions.json: released[0].version: expected a version such as "1.2.3", got "one"'],
    [
      '{"released":[{"version":"1.0.0","url":"javascript:alert(1)"}]}',
      'versions.json: released[0].url: expected an https URL or a path, with "/" at its end, got "javascript:alert(1)"',
    ],
  ])('%s is refused', (text, message) => expect(() => readVersions(text)).toThrow(message))
})

describe('a link to the playground', () => {
  const token = (info: string, content: string) => ({
    ...{ type: 'fence', info, content, children: null },
    attrGet: () => null,
    attrSet: () => {},
  })
  const TOKENS = [
    token('iap', 'label one\n'),
    token('iap', 'import "./people.iap"\ntest "x" {}\n'),
    token('iap people.iap', 'type T = from "./t.json"\n'),
    token('json t.json', '{}\n'),
    token('json other.json', '{}\n'),
    token('iap wrong IAP2001', 'label one\n'),
    token('iap fragment', 'when'),
    token('sh', 'iap check'),
  ]
  const rules: MarkdownRenderer['renderer']['rules'] = { fence: () => '' }
  playgroundLinks('/base/')({ core: { ruler: { push: () => {} } }, renderer: { rules } })

  /** What the link below a block opens, or `null`. */
  function opened(at: number) {
    const html = rules.fence?.(TOKENS, at, {}, {}, null) ?? ''
    const fragment = /href="\/base\/playground\/#([\w.-]+)"/.exec(html)?.[1]
    return fragment === undefined ? null : decodeShare(fragment)
  }

  test('has the policy, and the files that it names', () => {
    expect(opened(0)).toEqual({ files: [{ name: 'policy.iap', text: 'label one\n' }], panel: 'decide' })
    expect(opened(1)?.files.map(({ name }) => name)).toEqual(['policy.iap', 'people.iap', 't.json'])
    expect(opened(1)?.panel).toBe('tests')
  })

  test('has what is wrong behind the first policy of the page', () => {
    expect(opened(5)?.files).toEqual([{ name: 'policy.iap', text: 'label one\n\nlabel one\n' }])
  })

  test('is below no other block', () => expect([2, 3, 6, 7].map(opened)).toEqual([null, null, null, null]))
})

test('the search reads a page with its row of the index and its other names', () => {
  const sections = readIndex('docs/README.md', '## Guides\n\n- [limits](a.md): <b> & c\n')
  const words = searchWords(sections, { 'docs/a.md': 'quota' })
  expect(searchedHtml('docs/a.md', '<h1>A</h1><p>text</p>', words)).toBe(
    '<h1>A</h1>\n<p>quota limits &lt;b> &amp; c</p><p>text</p>',
  )
  expect(searchedHtml('CHANGELOG.md', '<h1>Changelog</h1>', words)).toBe('')
})
