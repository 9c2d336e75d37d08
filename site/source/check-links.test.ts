import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { brokenLinks } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-site-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const PAGES: Readonly<Record<string, string>> = {
  'index.html': '<a href="/base/a.html#there">a</a><a href="https://example.com/">other</a><a href="playground/#v1.x">p</a>',
  'a.html':
    '<h2 id="there">A</h2><a class="x" href="#there">here</a><img alt="" src="/base/picture.svg"><a href="/base/">home</a>',
  'picture.svg': '<svg/>',
}

function problems(pages: Readonly<Record<string, string>>): readonly string[] {
  for (const [name, text] of Object.entries({ ...PAGES, ...pages })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return brokenLinks(folder, '/base/', ['playground/']).map(({ page, link, problem }) => `${page} ${link}: ${problem}`)
}

test('links that lead somewhere are not reported', () => expect(problems({})).toEqual([]))

test.each([
  ['<a href="/base/none.html">', 'b/c.html /base/none.html: there is no `none.html`'],
  ['<a href="../a.html#gone">', 'b/c.html ../a.html#gone: `a.html` has no anchor `gone`'],
  ['<a href="#gone">', 'b/c.html #gone: `b/c.html` has no anchor `gone`'],
  ['<img src="none.svg">', 'b/c.html none.svg: there is no `b/none.svg`'],
  ['<a href="/a.html">', 'b/c.html /a.html: it leaves `/base/`'],
  ['<a href="./">', 'b/c.html ./: there is no `b/index.html`'],
])('%s is reported', (html, problem) => expect(problems({ 'b/c.html': html })).toEqual([problem]))
