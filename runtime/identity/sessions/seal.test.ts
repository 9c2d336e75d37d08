import { describe, expect, test } from 'vitest'
import { KeyRing, newSecret } from './seal.ts'

const [one, two] = [newSecret(), newSecret()]

describe('a ring of keys', () => {
  test('opens what it has sealed, where it was sealed for', () => {
    const ring = new KeyRing([one])
    for (const text of ['', 'x', '{"ä":"€"}', 'x'.repeat(50_000)]) expect(ring.open(ring.seal(text, 'a'), 'a')).toBe(text)
    expect(ring.open(ring.seal('x', 'a'), 'b')).toBeNull()
  })

  test('rotates: the new one seals, the old one still opens, and without it nothing does', () => {
    const sealed = new KeyRing([one]).seal('x', 'a')
    const both = new KeyRing([two, one])
    expect(both.open(sealed, 'a')).toBe('x')
    const later = both.seal('y', 'a')
    expect(new KeyRing([two]).open(later, 'a')).toBe('y')
    expect(new KeyRing([one]).open(later, 'a')).toBeNull()
    expect(new KeyRing([two]).open(sealed, 'a')).toBeNull()
  })

  test('makes a MAC that holds for its text and its place alone, by each of its keys', () => {
    const mac = new KeyRing([one]).mac('x', 'a')
    const both = new KeyRing([two, one])
    expect(mac).toMatch(/^[\w-]{22}$/)
    expect(both.hasMac(mac, 'x', 'a')).toBe(true)
    expect(both.hasMac(both.mac('x', 'a'), 'x', 'a')).toBe(true)
    expect(both.hasMac(mac, 'y', 'a')).toBe(false)
    expect(both.hasMac(mac, 'x', 'b')).toBe(false)
    for (const other of ['', mac.slice(1), `${mac}AA`, mac.replace(/./, (first) => (first === 'A' ? 'B' : 'A'))])
      expect(both.hasMac(other, 'x', 'a')).toBe(false)
    expect(new KeyRing([two]).hasMac(mac, 'x', 'a')).toBe(false)
  })

  test('seals the same text each time otherwise', () => {
    const ring = new KeyRing([one])
    expect(new Set(Array.from({ length: 50 }, () => ring.seal('x', 'a'))).size).toBe(50)
  })

  test('opens nothing of which a bit was changed, or that was cut', () => {
    const ring = new KeyRing([one])
    const bytes = Buffer.from(ring.seal('some text', 'a'), 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const other = Buffer.from(bytes)
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(ring.open(other.toString('base64url'), 'a'), `bit ${bit}`).toBeNull()
    }
    for (let length = 0; length < bytes.length; length++)
      expect(ring.open(bytes.subarray(0, length).toString('base64url'), 'a')).toBeNull()
  })

  test('of none there is none', () => {
    expect(() => new KeyRing([])).toThrow()
  })
})
