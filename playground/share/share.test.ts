import { createHash } from 'node:crypto'
import { deflateSync, strToU8 } from 'fflate'
import { describe, expect, test } from 'vitest'
import { decodeShare, encodeShare, fileNameProblem, type SharedFile, ShareError } from './index.ts'

const FILES: readonly SharedFile[] = [
  { name: 'shop.iap', text: '/// Größe: 😀\nlabel money\n' },
  { name: 'data/people.yaml', text: 'mia: {}\n' },
]

/** A link whose content somebody else has written. */
function link(content: unknown): string {
  const bytes = deflateSync(strToU8(typeof content === 'string' ? content : JSON.stringify(content)))
  return `v1.${Buffer.from(bytes).toString('base64url')}`
}

describe('a link', () => {
  test.each([
    ['files alone', {}],
    [
      'everything',
      { open: 'data/people.yaml', panel: 'tests', request: '{"method":"GET"}', before: [{ name: 'a.iap', text: '' }] },
    ],
  ])('comes back the same: %s', (_, options) => {
    const fragment = encodeShare(FILES, options)
    expect(fragment).toMatch(/^v1\.[\w-]+$/)
    expect(decodeShare(fragment)).toEqual({ files: FILES, ...options })
    expect(encodeShare(FILES, options)).toBe(fragment)
  })

  test('of a large project is refused, with the bound', () => {
    const noise = Array.from({ length: 4_000 }, (_, at) => createHash('sha256').update(`${at}`).digest('base64')).join('')
    expect(() => encodeShare([{ name: 'a.iap', text: noise }])).toThrow(
      /too large for a link: expected at most 100000 characters/,
    )
    expect(() => encodeShare([{ name: 'a.iap', text: ' '.repeat(1_000_001) }])).toThrow(/at most 1000000 bytes/)
  })

  const MANY = Array.from({ length: 51 }, (_, at) => ({ name: `${at}.iap`, text: '' }))
  test.each([
    ['nothing', '', /expected `v1\.` after `#`, got ``/],
    ['another anchor', '<img src=x onerror=alert(1)>', /expected `v1\.`/],
    ['a later version', 'v2.AAAA', /has the format `v2`, and this playground reads `v1`/],
    ['no content', 'v1.', /damaged/],
    ['other characters', 'v1.a+b/', /damaged: it has characters/],
    ['a length that base64url cannot have', 'v1.A', /damaged: its end is missing/],
    ['noise', 'v1.____________', /damaged: its compressed part/],
    ['half a link', encodeShare(FILES).slice(0, -20), /damaged/],
    ['more than fits', `v1.${'A'.repeat(100_000)}`, /too long: expected at most 100000 characters, got 100003/],
    ['a bomb', link(' '.repeat(50_000_000)), /too large: expected at most 1000000 bytes/],
    ['no JSON', link('files'), /not JSON/],
    ['a list', link([]), /the link: expected an object, got a list/],
    ['no files', link({}), /`files`: expected a list of files, got nothing/],
    ['an empty list', link({ files: [] }), /no files/],
    ['too many files', link({ files: MANY }), /at most 50 files, got 51/],
    ['null for a file', link({ files: [null] }), /`files`: expected an object, got null/],
    ['a number for a text', link({ files: [{ name: 'a.iap', text: 1 }] }), /`text`: expected text, got a number/],
    ['a file twice', link({ files: [FILES[0], FILES[0]] }), /`shop.iap` occurs twice/],
    ['a path outside', link({ files: [{ name: '../a.iap', text: '' }] }), /`..\/a.iap` is not a file name/],
    ['a name of Object.prototype', link('{"files":[{"name":"__proto__","text":""}]}'), /`__proto__`: expected a name that ends/],
    ['a number for a request', link({ files: FILES, request: 1 }), /`request`: expected text/],
    ['an object before', link({ files: FILES, before: {} }), /`before`: expected a list of files/],
  ])('that is wrong is refused: %s', (_, fragment, message) => {
    expect(() => decodeShare(fragment)).toThrow(ShareError)
    expect(() => decodeShare(fragment)).toThrow(message)
  })

  test('leaves out fields that it does not know', () => {
    expect(decodeShare(link({ files: FILES, script: 'alert(1)' }))).toEqual({ files: FILES })
  })
})

test.each([
  ['a.iap', null],
  ['policies/a-b_c.iap', null],
  ['people.yml', null],
  ['a.js', /ends with/],
  ['/a.iap', /is not a file name/],
  ['a//b.iap', /is not a file name/],
  ['.a.iap', /is not a file name/],
  ['a b.iap', /is not a file name/],
  [`${'a'.repeat(100)}.iap`, /at most 100 characters, and this one has 104/],
])('a file name: %s', (name, problem) => {
  if (problem === null) expect(fileNameProblem(name)).toBeNull()
  else expect(fileNameProblem(name)).toMatch(problem)
})
