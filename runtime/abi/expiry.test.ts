import { expect, it } from 'vitest'
import { expiryText, hasExpired, isExpiry } from './expiry.ts'

it.each(['2027-01-31T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2028-02-29T12:30:01Z'])(
  '%s is an end',
  (text) => {
    expect(isExpiry(text)).toBe(true)
    expect(expiryText(Date.parse(text))).toBe(text)
  },
)

it.each([
  ...['', '2027-01-31', '2027-01-31T00:00:00', '2027-01-31T00:00:00+00:00', '2027-01-31T00:00:00.000Z', '2027-01-31t00:00:00z'],
  ...['2027-02-29T00:00:00Z', '2027-13-01T00:00:00Z', '2027-01-31T24:00:00Z', '2027-01-31T23:59:60Z', '+012027-01-31T00:00:00Z'],
  ...[' 2027-01-31T00:00:00Z', '2027-01-31T00:00:00Z\n', 1_798_761_600, 1e308, -1, Number.NaN, null, undefined],
])('%j is none', (value) => expect(isExpiry(value)).toBe(false))

it.each([8.64e15, 8.65e15, 1e308, Number.POSITIVE_INFINITY, Number.NaN, -1e14])(
  '%d milliseconds are no time of four digits',
  (ms) => expect(expiryText(ms)).toBeNull(),
)

it('counts from its second on, by whatever clock', () => {
  const bundle = { expires: '2027-01-31T00:00:00Z' }
  const end = Date.UTC(2027, 0, 31)
  expect([end - 1, end, end + 1].map((now) => hasExpired(bundle, now))).toEqual([false, true, true])
  expect(hasExpired({}, Number.MAX_SAFE_INTEGER)).toBe(false)
})

it('has whole seconds, none of which is added', () => {
  expect(expiryText(999)).toBe('1970-01-01T00:00:00Z')
})
