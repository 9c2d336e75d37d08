import { describe, expect, test } from 'vitest'
import { KeyRing, newSecret } from '../../../identity/sessions/index.ts'
import { choiceUrl } from '../../endpoints/offer-login.ts'
import { createPages } from '../../pages/index.ts'
import { refusalOf } from '../../refusals/index.ts'
import type { RefusedCheck } from '../check-answer.ts'
import type { OriginalRequest } from './original-request.ts'
import { SealedRefusals } from './sealed-refusals.ts'

const pages = createPages()
const keys = new KeyRing([newSecret()])
const refusals = new SealedRefusals(keys, pages, Date.now)

const original: OriginalRequest = {
  method: 'GET',
  target: '/a',
  scheme: 'https',
  host: 'app.test',
  rawHeaders: ['host', 'app.test'],
  peer: '192.0.2.7',
}

function refused(body: string | Buffer, headers: readonly string[] = ['content-type', 'text/html', 'x-a', 'b']): RefusedCheck {
  return { kind: 'refused', status: 403, headers, body: Buffer.from(body) }
}

/** Bytes that do not compress. */
const noise = (length: number) => {
  let seed = 1
  return Buffer.from(
    Array.from({ length }, () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed & 255
    }),
  )
}

describe('a sealed refusal', () => {
  test.each([
    ['a page', refused(pages.refusal(refusalOf('denied'), '1'))],
    ['no body', refused('')],
    ['bytes that are no text', refused(Buffer.from([0, 255, 128, 10]))],
    ['text beyond ASCII', refused('café – 拒否')],
    ['the same header twice', refused('', ['set-cookie', 'a=1', 'set-cookie', 'b=2'])],
  ])('opens as it was: %s', (_, refusal) => {
    const sealed = refusals.seal(refusal, original) ?? ''
    expect(sealed).toMatch(/^[\w-]+$/)
    expect(refusals.open(sealed, original)).toEqual(refusal)
  })

  test('of a page is short, as the pages differ little', () => {
    const page = refused(
      pages.refusal(refusalOf('insufficient-authentication'), '00000000-0000-4000-8000-000000000000'),
      pages.headers,
    )
    expect((refusals.seal(page, original) ?? '').length).toBeLessThan(1400)
  })

  test('lacks a body that is too long, and headers about it', () => {
    const sealed =
      refusals.seal(refused(noise(4000), ['content-type', 'a/b', 'content-length', '4000', 'x-a', 'b']), original) ?? ''
    expect(sealed.length).toBeLessThanOrEqual(3072)
    expect(refusals.open(sealed, original)).toEqual(refused('', ['x-a', 'b']))
  })

  test('keeps a redirect for the longest URL', () => {
    const redirect = refused('', ['location', `https://id.test/?to=${noise(4096).toString('hex')}`, 'set-cookie', 'a=b'])
    expect(refusals.open(refusals.seal(redirect, original) ?? '', original)).toEqual(redirect)
  })

  test('keeps a redirect to choose a sign-in, whatever was asked for', () => {
    for (const length of [2047, 2048, 8192]) {
      const path = `/${[...noise(length)].map((byte) => '%"<>^`{|}'.charAt(byte % 9)).join('')}`.slice(0, length)
      const redirect = refused('', ['location', choiceUrl('https://app.test', path), 'cache-control', 'no-store'])
      expect(refusals.open(refusals.seal(redirect, original) ?? '', original)).toEqual(redirect)
    }
  })

  test('is none if its headers are too long', () => {
    expect(refusals.seal(refused('', ['x-a', noise(16_000).toString('hex')]), original)).toBeNull()
  })

  test('says nothing about the client’s request or its response', () => {
    const sealed = refusals.seal(refused('secret'), original) ?? ''
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/secret|app\.test/)
  })

  test('opens for no process with other pages', () => {
    const sealed = refusals.seal(refused('secret'), original) ?? ''
    const others = createPages({ style: 'h1 { color: red }' })
    expect(new SealedRefusals(keys, others, Date.now).open(sealed, original)).toBeNull()
  })

  test.each([
    [0, true],
    [-10_000, true],
    [10_000, true],
    [-10_001, false],
    [10_001, false],
  ])('of a clock that differs by %i milliseconds opens: %s', (by, isOpen) => {
    const sealed = new SealedRefusals(keys, pages, () => 50_000).seal(refused('a'), original) ?? ''
    expect(new SealedRefusals(keys, pages, () => 50_000 + by).open(sealed, original) !== null).toBe(isOpen)
  })

  test('opens with a key that is no longer the first', () => {
    const [old, next] = [newSecret(), newSecret()]
    const before = new SealedRefusals(new KeyRing([old]), pages, Date.now)
    const after = new SealedRefusals(new KeyRing([next, old]), pages, Date.now)
    expect(after.open(before.seal(refused('a'), original) ?? '', original)).toEqual(refused('a'))
  })

  test.each(['', 'a', 'AAAA', '='.repeat(100), 'A'.repeat(16_385), 'Ä'])('%j is none', (text) => {
    expect(refusals.open(text, original)).toBeNull()
  })

  test('is not what the same keys seal for sessions', () => {
    expect(refusals.open(keys.seal('a', 'session'), original)).toBeNull()
  })
})
