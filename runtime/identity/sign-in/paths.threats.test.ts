/** Where somebody is led to after signing in: never off this origin, in whatever spelling (oauth2-proxy GHSA-f24x and the class of it). */
import { describe, expect, test } from 'vitest'
import { returnPath } from './paths.ts'

const ORIGIN = 'https://app.example'

/** Ways to begin. */
const BEGINNINGS = [
  '//',
  '///',
  '////',
  '/\\',
  '\\/',
  '\\\\',
  '/\\/',
  '\\',
  '/\\\\',
  '//\\',
  '/\t/',
  '/\n/',
  '/\r/',
  '\t//',
  '\n//',
  ' //',
  '/ /',
  '\u0000//',
  '/\u0000/',
  '/./',
  '/.//',
  '/../',
  '/..//',
  '/a/..//',
  '/a/../..//',
  '/%2e%2e//',
  '/%2e/',
  '/.%2e//',
  '/;//',
  '/%2f',
  '/%2F',
  '/%5c',
  '/%5C',
  '/%252f',
  '/%25252f',
  '/%255c',
  '/%09/',
  '/%0a/',
  '/%0d/',
  '/%00/',
  '/%20/',
  'http://',
  'https://',
  'HTTPS://',
  'http:/',
  'https:/',
  'http:',
  'https:',
  'https:\\\\',
  'https:/\\',
  'https:\\/',
  'http:///',
  'https:////',
  ' https://',
  '\thttps://',
  '\u0000https://',
  'ht\ntps://',
  'ftp://',
  'ws://',
  'file://',
  'blob:https://',
  'https://app.example@',
  'https://app.example:443@',
  'https://app.example.',
  'https://app.example\\@',
  '//app.example@',
  '//app.example:443@',
  '/\\app.example@',
  '@',
  ':@',
  '?//',
  '#//',
  '/#//',
  '/\u2028/',
  '/\u3000/',
  '\uff0f\uff0f',
  '/\uff0f',
  '\u2215/',
  '/\u00a0/',
  './/',
  '..//',
  './/\\',
  '/.\\',
  '/..\\',
  '/\\.',
  '/%E3%80%82',
  '〱',
] as const

/** What comes then. */
const ENDS = ['evil.example', 'evil.example/', 'evil.example/%2f..'] as const

const SCHEMES = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  '\tjavascript:alert(1)',
  ' javascript:alert(1)',
  'javascript://app.example/%0aalert(1)',
  'data:text/html,x',
  'data:text/html;base64,eA==',
  'vbscript:x',
  'mailto:a@evil.example',
  'tel:1',
  'about:blank',
  'view-source:https://evil.example',
  'intent://evil.example',
  '',
  ' ',
  'evil.example',
  'a',
  '.',
  '..',
  './a',
  '../a',
  '?a',
  '#a',
  '/\u007f',
  '/a\r\nset-cookie: a=b',
  '/a\nlocation: //evil.example',
  '/a b',
  '/ä',
  '/a#b',
  '/a\\b',
  `/${'a'.repeat(2048)}`,
  '/.iap/login',
  '/.iap/logout',
  '/.iap/me',
  '/a/../.iap/login',
  '/%2e/.iap/login',
  '/./.iap/callback/staff?code=x',
]

/** What becomes of those that are paths of this host, as browsers read them. Each was looked at. */
const LED = ['/%E3%80%82', '/;//', '/'].flatMap((beginning) => ENDS.map((end) => beginning + end))

const spellings = [...BEGINNINGS.flatMap((beginning) => ENDS.map((end) => beginning + end)), ...SCHEMES]

describe('a way off this origin', () => {
  test('there are more than 200 of them', () => {
    expect(new Set(spellings).size).toBeGreaterThan(200)
  })

  test.each(spellings)('%j', (text) => {
    const path = returnPath(text, ORIGIN)
    // Some are paths here once they are read as browsers read them: then they are led to as that.
    if (path === null) return expect(path).toBeNull()
    for (const reference of [path, ORIGIN + path]) {
      const url = new URL(reference, `${ORIGIN}/.iap/callback/staff`)
      expect([url.origin, url.username, url.password]).toEqual([ORIGIN, '', ''])
    }
    // And if somebody decodes it once more.
    expect(path).toMatch(/^\/(?![/\\]|%2f|%5c)[\x21-\x7e]*$/i)
    expect(path).not.toMatch(/^\/\.iap\//)
    expect(decodeURIComponent(path)).not.toMatch(/^\/[/\\]/)
  })

  test('hardly any is led anywhere: to a name in the paths of this host', () => {
    const led = spellings.flatMap((text) => returnPath(text, ORIGIN) ?? [])
    expect([...new Set(led)].sort()).toEqual(LED)
  })
})

test.each([
  ['/', '/'],
  ['/a', '/a'],
  ['/a/b?c=d&e=%2F', '/a/b?c=d&e=%2F'],
  ['/a?next=https://evil.example', '/a?next=https://evil.example'],
  ['/a//b', '/a//b'],
  ['/a/../b', '/b'],
  ['/%C3%A4', '/%C3%A4'],
  ["/a'b", "/a'b"],
  ['/?q=[1]', '/?q=[1]'],
  ['/.iapx/', '/.iapx/'],
])('a path of this origin: %s', (text, path) => {
  expect(returnPath(text, ORIGIN)).toBe(path)
})
