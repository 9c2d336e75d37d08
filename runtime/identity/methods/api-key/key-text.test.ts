import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createKey, isKeyId, readKeyId } from './key-text.ts'

/** A key that somebody else has made by what the page says. */
const KNOWN = 'iapk_0123456789ABCDEF_abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq'

function base62(number: number): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  return number < 62 ? (digits[number] as string) : base62(Math.floor(number / 62)) + digits[number % 62]
}

test('has the form that the page tells, 256 bits at least, and the checksum of all before it', () => {
  const { id, text } = createKey()
  expect(text).toMatch(/^iapk_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}$/)
  expect(43 * Math.log2(62)).toBeGreaterThan(256)
  expect(text.slice(5, 21)).toBe(id)
  expect(text.slice(-6)).toBe(base62(crc32(text.slice(0, -6))).padStart(6, '0'))
  expect([readKeyId(text), isKeyId(id)]).toEqual([id, true])
  expect(readKeyId(KNOWN + base62(crc32(KNOWN)).padStart(6, '0'))).toBe('0123456789ABCDEF')
})

test('no two are alike, and every digit comes everywhere', () => {
  const keys = Array.from({ length: 2000 }, () => createKey().text)
  expect(new Set(keys.map((text) => text.slice(5, 21))).size).toBe(2000)
  for (const at of [5, 20, 22, 64]) expect(new Set(keys.map((text) => text[at])).size).toBe(62)
})

describe('is none', () => {
  const { text } = createKey()

  test('with any one character changed', () => {
    for (let at = 0; at < text.length; at++)
      for (const other of ['0', 'z', '_', '-'])
        if (text[at] !== other) expect(readKeyId(text.slice(0, at) + other + text.slice(at + 1)), `${at} ${other}`).toBeNull()
  })

  test('with two neighbors that change places', () => {
    for (let at = 0; at + 1 < text.length; at++) {
      const [a = '', b = ''] = [text[at], text[at + 1]]
      if (a !== b) expect(readKeyId(text.slice(0, at) + b + a + text.slice(at + 2))).toBeNull()
    }
  })

  test.each([
    ['empty', ''],
    ['the prefix', 'iapk_'],
    ['cut', text.slice(0, -1)],
    ['longer', `${text}0`],
    ['with a line break behind', `${text}\n`],
    ['with a space before', ` ${text}`],
    ['in capitals', text.toUpperCase()],
    ['twice', text + text],
    ['other digits', text.replace(/[0-9A-Za-z]$/, '０')],
  ])('%s', (_, other) => expect(readKeyId(other)).toBeNull())
})
