/** Against what the host writes for a zone at a moment. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Moment } from './moment.ts'
import { findZone, zone } from './zone.ts'

const FULL = process.env.IAP_FULL === '1'

/** Hours and half hours, summer times of two hours and of half of one, reversed ones, Ramadan, days that there were not, and times of places. */
const ODD = [
  'Europe/Berlin',
  'Europe/Dublin',
  'Europe/Lisbon',
  'Europe/Moscow',
  'Europe/Volgograd',
  'America/New_York',
  'America/St_Johns',
  'America/Caracas',
  'America/Boa_Vista',
  'America/Argentina/San_Luis',
  'America/Anchorage',
  'America/Nuuk',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'Antarctica/Casey',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Africa/Monrovia',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Asia/Pyongyang',
  'Asia/Manila',
  'Pacific/Apia',
  'Pacific/Kwajalein',
  'Pacific/Chatham',
  'Etc/GMT-14',
  'UTC',
]

const formats = new Map<string, Intl.DateTimeFormat>()

/** From the fields of the clock, not from the name of the offset. */
function hostOffset(name: string, seconds: number): number {
  const part = 'numeric'
  const format =
    formats.get(name) ??
    new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
      timeZone: name,
      hourCycle: 'h23',
      year: part,
      month: part,
      day: part,
      hour: part,
      minute: part,
      second: part,
    })
  formats.set(name, format)
  const fields = new Map(format.formatToParts(seconds * 1000).map(({ type, value }) => [type, Number(value)]))
  const field = (type: Intl.DateTimeFormatPartTypes) => fields.get(type) ?? Number.NaN
  const local = Date.UTC(field('year'), field('month') - 1, field('day'), field('hour'), field('minute'), field('second'))
  return local / 1000 - seconds
}

function offset(name: string, seconds: number): number {
  const clock = new Moment()
  clock.seconds = seconds
  findZone(name)?.shift(clock)
  return clock.seconds - seconds
}

const at = (text: string): number => Date.parse(text) / 1000

describe('zones', () => {
  test('are as far from UTC as the host says, at any moment from 1900 to 2200', () => {
    const moment = fc.integer({ min: at('1900-01-01T00:00:00Z'), max: at('2200-01-01T00:00:00Z') })
    fc.assert(
      fc.property(fc.constantFrom(...ODD), moment, (name, seconds) => {
        expect(offset(name, seconds)).toBe(hostOffset(name, seconds))
      }),
      { seed: 5, numRuns: FULL ? 8_000 : 2_000 },
    )
  })

  test('and before and after that', () => {
    const before = { min: at('1700-01-01T00:00:00Z'), max: at('1900-01-10T00:00:00Z') }
    const after = { min: at('2199-12-01T00:00:00Z'), max: at('9999-12-31T23:59:59Z') }
    fc.assert(
      fc.property(fc.constantFrom(...ODD), fc.oneof(fc.integer(before), fc.integer(after)), (name, seconds) => {
        expect(offset(name, seconds)).toBe(hostOffset(name, seconds))
      }),
      { seed: 6, numRuns: FULL ? 2_000 : 500 },
    )
    expect(offset('Europe/Berlin', at('0001-01-01T00:00:00Z'))).toBe(offset('Europe/Berlin', at('1700-01-01T00:00:00Z')))
  })

  test('change at the second at which the host says that they do', () => {
    for (const [name, when] of [
      // A week apart.
      ['America/Boa_Vista', '2000-10-08T04:00:00Z'],
      ['America/Boa_Vista', '2000-10-15T03:00:00Z'],
      ['Pacific/Apia', '2011-12-30T10:00:00Z'],
      ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
      ['Europe/Berlin', '2026-03-29T01:00:00Z'],
      ['Europe/Berlin', '2199-10-27T01:00:00Z'],
    ] as const) {
      const [before, then] = [at(when) - 1, at(when)]
      expect([name, offset(name, before), offset(name, then)]).toEqual([name, hostOffset(name, before), hostOffset(name, then)])
      expect(offset(name, before), `${name} ${when}`).not.toBe(offset(name, then))
    }
  })

  test('are one, however their names are spelled', () => {
    expect(findZone('europe/BERLIN')).toBe(zone('Europe/Berlin'))
    for (let at = 0; at < 3_000; at += 1) {
      const letters = [...'america/new_york'].map((letter, place) => ((at >> place) & 1 ? letter.toUpperCase() : letter))
      expect(findZone(letters.join(''))).toBe(findZone('America/New_York'))
    }
  })

  test('that there are not cannot be had', () => {
    expect(findZone('Nowhere/City')).toBeUndefined()
    expect(() => zone('Nowhere/City')).toThrow('Nowhere/City')
  })
})

// `npm run check:full`
// 150,000 times in each of some 600 zones.
test.runIf(process.env.IAP_FULL)('every zone of the host, twice a day from 1900 to 2100', { timeout: 3_600_000 }, () => {
  let asked = 0
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const format = new Intl.DateTimeFormat('en', {
      timeZone: name,
      hourCycle: 'h23',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    for (let seconds = at('1900-01-01T00:00:00Z'); seconds < at('2100-01-01T00:00:00Z'); seconds += 43_207) {
      const local = new Date((seconds + offset(name, seconds)) * 1000).toISOString()
      asked += 1
      const written = `${local.slice(8, 10)}, ${local.slice(11, 19)}`
      if (format.format(seconds * 1000) !== written) throw new Error(`${name} at ${seconds}: ${written}`)
    }
  }
  console.log(`time zones: ${asked} moments asked`)
})
