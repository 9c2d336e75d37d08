import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dateOf, daysInMonth, daysOf } from './calendar.ts'
import { secondsOf } from './moment.ts'
import { formatTimestamp, parseTimestamp, timestampOf, timestampOfSeconds } from './timestamp.ts'
import * as fields from './timestamp-fields.ts'

const FULL = process.env.IAP_FULL === '1'

const at = (text: string): bigint => parseTimestamp(text) ?? expect.fail(text)

describe('parse', () => {
  test.each([
    ['2009-02-13T23:31:30Z', 1234567890n * 10n ** 9n],
    ['2009-02-13T23:31:30.5Z', 1234567890_500000000n],
    ['2009-02-13T23:31:30.123456789Z', 1234567890_123456789n],
    ['2009-02-14T00:31:30+01:00', 1234567890n * 10n ** 9n],
    ['2009-02-13T14:01:30-09:30', 1234567890n * 10n ** 9n],
    ['1969-12-31T23:59:59.999999999Z', -1n],
    ['0001-01-01T00:00:00Z', -62135596800n * 10n ** 9n],
    ['9999-12-31T23:59:59.999999999Z', 253402300799_999999999n],
    ['2024-02-29T00:00:00Z', 1709164800n * 10n ** 9n],
    ['2000-02-29T00:00:00-00:00', 951782400n * 10n ** 9n],
  ])('%s', (text, expected) => expect(parseTimestamp(text)).toBe(expected))

  test.each([
    '',
    '2009-02-13',
    '2009-02-13T23:31:30',
    '2009-02-13t23:31:30Z',
    '2009-02-13T23:31:30z',
    '2009-02-13 23:31:30Z',
    '2009-02-13T23:31:30.Z',
    '2009-02-13T23:31:30,5Z',
    '2009-02-13T23:31:30.1234567891Z',
    '2009-02-13T23:31Z',
    '2009-02-13T24:00:00Z',
    '2009-02-13T23:60:00Z',
    '2016-12-31T23:59:60Z',
    '2009-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2009-13-01T00:00:00Z',
    '2009-00-01T00:00:00Z',
    '2009-01-00T00:00:00Z',
    '2009-04-31T00:00:00Z',
    '2009-02-13T23:31:30+0100',
    '2009-02-13T23:31:30+24:00',
    '2009-02-13T23:31:30+01:60',
    ' 2009-02-13T23:31:30Z',
    '2009-02-13T23:31:30Z\n',
    '٢٠٠٩-02-13T23:31:30Z',
    // Out of range.
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '10000-01-01T00:00:00Z',
    '-2009-02-13T23:31:30Z',
  ])('not %j', (text) => expect(parseTimestamp(text)).toBeUndefined())
})

test('what is written is read again, and dates are those of the host', () => {
  const moments = fc.bigInt({ min: -62135596800n * 10n ** 9n, max: 253402300799_999999999n })
  fc.assert(
    fc.property(moments, (time) => {
      expect(parseTimestamp(formatTimestamp(time))).toBe(time)
      const seconds = secondsOf(time)
      const date = new Date(seconds * 1000)
      expect(formatTimestamp(time).slice(0, 19)).toBe(date.toISOString().slice(0, 19))
      expect(fields.getDayOfWeek(time)).toBe(date.getUTCDay())
      expect([fields.getHours(time), fields.getMinutes(time), fields.getSeconds(time)]).toEqual([
        date.getUTCHours(),
        date.getUTCMinutes(),
        date.getUTCSeconds(),
      ])
      const { year, month, day } = dateOf(Math.floor(seconds / 86_400))
      expect([year, month, day]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()])
      expect(daysOf(year, month, day)).toBe(Math.floor(seconds / 86_400))
    }),
    { seed: 7, numRuns: FULL ? 3000 : 1000 },
  )
})

test('months have the days that they have', () => {
  expect([1, 2, 3, 4, 11, 12].map((month) => daysInMonth(2023, month))).toEqual([31, 28, 31, 30, 30, 31])
  expect([2024, 2000, 1900, 2100, 4].map((year) => daysInMonth(year, 2))).toEqual([29, 29, 28, 28, 29])
})

test.each([
  ['2026-03-02T09:00:00.5Z', '2026-03-02T09:00:00.5Z'],
  ['2026-03-02T09:00:00.120Z', '2026-03-02T09:00:00.12Z'],
  ['2026-03-02T10:00:00.000000001+01:00', '2026-03-02T09:00:00.000000001Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
])('%s is written %s', (text, expected) => expect(formatTimestamp(at(text))).toBe(expected))

test('the range', () => {
  expect(timestampOf(at('9999-12-31T23:59:59.999999999Z') + 1n)).toBeUndefined()
  expect(timestampOf(at('0001-01-01T00:00:00Z') - 1n)).toBeUndefined()
  expect(timestampOfSeconds(253402300799)).toBe(at('9999-12-31T23:59:59Z'))
  expect(timestampOfSeconds(253402300800)).toBeUndefined()
  expect(timestampOfSeconds(-1)).toBe(at('1969-12-31T23:59:59Z'))
})

test('seconds are rounded down', () => expect(secondsOf(at('1969-12-31T23:59:58.5Z'))).toBe(-2))

describe('fields', () => {
  const T = at('2009-02-13T23:31:30.123456789Z')
  test('in UTC', () => {
    expect(fields.getFullYear(T)).toBe(2009)
    expect(fields.getMonth(T)).toBe(1)
    expect(fields.getDate(T)).toBe(13)
    expect(fields.getDayOfMonth(T)).toBe(12)
    expect(fields.getDayOfWeek(T)).toBe(5)
    expect(fields.getDayOfYear(T)).toBe(43)
    expect(fields.getHours(T)).toBe(23)
    expect(fields.getMinutes(T)).toBe(31)
    expect(fields.getSeconds(T)).toBe(30)
    expect(fields.getMilliseconds(T)).toBe(123)
    expect(fields.getMilliseconds(-1n)).toBe(999)
    expect(fields.getDayOfYear(at('2024-12-31T00:00:00Z'))).toBe(365)
  })

  test.each([
    [fields.getDate(T, 'Australia/Sydney'), 14],
    [fields.getDayOfMonth(T, 'US/Central'), 12],
    [fields.getDayOfMonth(T, '+11:00'), 13],
    [fields.getDayOfMonth(at('2009-02-13T02:00:00Z'), '-02:30'), 11],
    [fields.getDayOfMonth(at('2009-02-13T02:00:00Z'), 'America/St_Johns'), 11],
    [fields.getDayOfWeek(T, 'UTC'), 5],
    [fields.getDayOfYear(T, 'US/Central'), 43],
    [fields.getFullYear(T, '-09:30'), 2009],
    [fields.getHours(T, '02:00'), 1],
    [fields.getMinutes(T, 'Asia/Kathmandu'), 16],
    [fields.getSeconds(T, '-00:00'), 30],
    [fields.getMilliseconds(T, 'Europe/Berlin'), 123],
    // Summer time begins at 01:00 UTC and ends at it.
    [fields.getHours(at('2026-03-29T00:59:59Z'), 'Europe/Berlin'), 1],
    [fields.getHours(at('2026-03-29T01:00:00Z'), 'Europe/Berlin'), 3],
    [fields.getHours(at('2026-10-25T00:59:59Z'), 'Europe/Berlin'), 2],
    [fields.getHours(at('2026-10-25T01:00:00Z'), 'Europe/Berlin'), 2],
    [fields.getHours(at('2026-10-25T02:00:00Z'), 'europe/berlin'), 3],
    // The clocks of Berlin showed the time of the place, 53 minutes and 28 seconds ahead.
    [fields.getSeconds(at('1850-01-01T00:00:00Z'), 'Europe/Berlin'), 28],
    // Over the ends of the years that there are.
    [fields.getFullYear(at('0001-01-01T00:00:00Z'), '-01:00'), 0],
    [fields.getFullYear(at('0001-01-01T00:00:00Z'), 'America/New_York'), 0],
    [fields.getFullYear(at('9999-12-31T23:59:59Z'), 'Asia/Tokyo'), 10000],
  ])('in a zone, %#', (actual, expected) => expect(actual).toBe(expected))

  test.each(['', 'Nowhere/City', '+15:00', '+1:00', '+01:60', '+0100', 'Local', ' UTC', '__proto__', 'x'.repeat(100)])(
    'no zone %j',
    (zone) => {
      expect([fields.getHours(T, zone), fields.getMonth(T, zone), fields.getMilliseconds(T, zone)]).toEqual(
        Array(3).fill(Number.NaN),
      )
    },
  )

  test('a zone agrees with the host at every hour of years of change', () => {
    for (const name of ['Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia']) {
      const format = new Intl.DateTimeFormat('en-GB', { timeZone: name, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
      for (let seconds = 1_293_840_000; seconds < 1_293_840_000 + 366 * 86_400; seconds += 1799) {
        const time = BigInt(seconds) * 10n ** 9n
        const clock = [fields.getHours(time, name), fields.getMinutes(time, name)].map((part) => String(part).padStart(2, '0'))
        if (clock.join(':') !== format.format(seconds * 1000)) throw new Error(`${name} ${seconds}`)
      }
    }
  })
})
