import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldHeaderName, isOwnHeader } from './own-header.ts'

describe('isOwnHeader', () => {
  test.each([
    'x-iap-user',
    'X-Iap-Assertion',
    'X_Iap_User',
    'X.Iap.User',
    'X_IAP-USER',
    'x--iap--user',
    'x-_.iap~user',
    '_x-iap-user',
    'x-iap-',
    'x-iap',
    '-x-iap',
    "X'IAP!x",
  ])('%s', (name) => expect(isOwnHeader(name)).toBe(true))

  test.each([
    'x-user',
    'iap-user',
    'x-iapetus',
    'xiap-user',
    'x-i-ap-user',
    'xx-iap-user',
    'my-x-iap-user',
    'x-forwarded-for',
    'x',
    '',
  ])('not %j', (name) => expect(isOwnHeader(name)).toBe(false))

  test('whatever the case and the separators', () => {
    const separator = fc.string({ unit: fc.constantFrom(...'-_.~!#'), minLength: 1, maxLength: 3 })
    const cased = (text: string) => fc.mixedCase(fc.constant(text))
    const spelling = fc.tuple(cased('x'), separator, cased('iap'), separator, cased('assertion')).map((parts) => parts.join(''))
    fc.assert(
      fc.property(spelling, (name) => isOwnHeader(name)),
      { seed: 4 },
    )
  })
})

test('foldHeaderName reads a name as CGI does', () => {
  expect(foldHeaderName('X_Forwarded.For')).toBe('x-forwarded-for')
})
