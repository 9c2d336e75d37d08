import { expect, test } from 'vitest'
import { choiceUrl } from './offer-login.ts'

const ORIGIN = 'https://app.test'

test.each([
  ['/a?b=c&d', '?return_to=%2Fa%3Fb%3Dc%26d'],
  [`/${'a'.repeat(2047)}`, `?return_to=%2F${'a'.repeat(2047)}`],
  // The page would return to `/` as well.
  [`/${'a'.repeat(2048)}`, ''],
  ['/.iap/login', ''],
])('the URL of the page to choose a sign-in for %s', (path, query) => {
  expect(choiceUrl(ORIGIN, path)).toBe(`${ORIGIN}/.iap/login${query}`)
})
