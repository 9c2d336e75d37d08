import { describe, expect, test } from 'vitest'
import { testPng } from '../../../tests/support/test-png.ts'
import { readLogo } from './read-logo.ts'

function webp(format: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number): Buffer {
  const bytes = Buffer.alloc(40)
  bytes.write('RIFF', 0, 'latin1')
  bytes.write(`WEBP${format}`, 8, 'latin1')
  if (format === 'VP8 ') bytes.writeUInt32LE(width | (height << 16), 26)
  else if (format === 'VP8L') bytes.writeUInt32LE((width - 1) | ((height - 1) << 14), 21)
  else {
    bytes.writeUIntLE(width - 1, 24, 3)
    bytes.writeUIntLE(height - 1, 27, 3)
  }
  return bytes
}

function messageOf(bytes: Buffer): string {
  const read = readLogo(bytes)
  return read.ok ? '' : (read.problems[0]?.message ?? '')
}

describe('a logo', () => {
  test.each([
    ['PNG', testPng(64, 64), 'image/png'],
    ['WebP, lossy', webp('VP8 ', 1024, 1), 'image/webp'],
    ['WebP, lossless', webp('VP8L', 1, 1024), 'image/webp'],
    ['WebP, extended', webp('VP8X', 1024, 1024), 'image/webp'],
  ])('%s is taken by its bytes', (_, bytes, type) => {
    const read = readLogo(bytes)
    expect(read.ok && read.value).toBe(`data:${type};base64,${bytes.toString('base64')}`)
  })

  test.each<[string, Buffer]>([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['SVG behind the first bytes of a PNG', Buffer.from('\x89PNG\r\n\x1a\n<svg onload="alert(1)"></svg>', 'latin1')],
    ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['GIF', Buffer.from('GIF89a'.padEnd(60, '\0'))],
    ['JPEG', Buffer.from('\xff\xd8\xff\xe0'.padEnd(60, '\0'), 'latin1')],
    ['a PNG that was cut', testPng(64, 64).subarray(0, 20)],
    ['RIFF that is no WebP', Buffer.from('RIFF\0\0\0\0WAVEfmt '.padEnd(60, '\0'))],
    ['nothing', Buffer.alloc(0)],
  ])('%s is refused', (_, bytes) => {
    expect(messageOf(bytes)).toMatch(/^expected a PNG or WebP image/)
  })

  test.each([
    [testPng(1025, 1), '1025 x 1'],
    [webp('VP8L', 16_384, 16_384), '16384 x 16384'],
    [webp('VP8X', 16_777_216, 1), '16777216 x 1'],
    [webp('VP8 ', 0, 1), '0 x 1'],
  ])('of too many pixels is refused', (bytes, size) => {
    expect(messageOf(bytes)).toBe(`the image has ${size} pixels, expected at most 1024 x 1024`)
  })
})
