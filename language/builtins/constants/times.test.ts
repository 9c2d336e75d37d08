import { describe, expect, it } from 'vitest'
import { isZone, parseTimestamp, readDurationConstant } from './times.ts'

describe('a timestamp', () => {
  it.each([
    '2026-03-02T09:00:00Z',
    '2026-03-02T09:00:00.123456789Z',
    '2026-03-02T09:00:00+01:00',
    '2024-02-29T00:00:00-23:59',
    '2000-02-29T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00:00-00:01',
    '9999-12-31T23:59:59.999999999Z',
    '0096-02-29T12:00:00Z',
  ])('%s', (text) => expect(parseTimestamp(text)).not.toBeNull())

  it.each([
    '',
    '2026-03-02',
    '2026-03-02 09:00:00Z',
    '2026-03-02t09:00:00z',
    '2026-03-02T09:00:00',
    '2026-03-02T09:00Z',
    '2026-03-02T24:00:00Z',
    '2026-03-02T09:60:00Z',
    '2026-03-02T09:00:60Z',
    '2026-13-02T09:00:00Z',
    '2026-00-02T09:00:00Z',
    '2026-02-29T09:00:00Z',
    '1900-02-29T09:00:00Z',
    '2026-04-31T09:00:00Z',
    '2026-03-00T09:00:00Z',
    '2026-03-02T09:00:00.Z',
    '2026-03-02T09:00:00.1234567890Z',
    '2026-03-02T09:00:00+24:00',
    '2026-03-02T09:00:00+0100',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '10000-01-01T00:00:00Z',
    '2026-03-02T09:00:00Z\n',
  ])('not %j', (text) => expect(parseTimestamp(text)).toBeNull())
})

describe('the nanoseconds of a timestamp', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0n],
    ['1970-01-01T00:00:01.5Z', 1_500_000_000n],
    ['1969-12-31T23:59:59.999999999Z', -1n],
    ['1970-01-01T01:00:00+01:00', 0n],
    ['1969-12-31T19:00:00-05:00', 0n],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000_000_000n],
    ['9999-12-31T23:59:59.999999999Z', 253_402_300_799_999_999_999n],
  ])('%s', (text, ns) => expect(parseTimestamp(text)).toBe(ns))
})

describe('the nanoseconds of a duration', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['1h30m', 5_400_000_000_000n],
    ['-1.5s', -1_500_000_000n],
    ['+.5us', 500n],
    ['1h1m1s1ms1us1ns', 3_661_001_001_001n],
    // Each is cut off by itself.
    ['0.9ns0.9ns', 0n],
    [`${'0'.repeat(30)}7ns`, 7n],
  ])('%s', (text, ns) => expect(readDurationConstant(text)).toBe(ns))
})

describe('a duration', () => {
  it.each([
    '0',
    '-0',
    '90s',
    '1h30m',
    '-1.5h',
    '+5ms',
    '1h1m1s1ms1us1ns',
    '.5s',
    '5.s',
    '1m1m',
    '315576000000s',
    '87660000h',
    '0.1ns',
  ])('%s', (text) => expect(readDurationConstant(text)).not.toBeNull())

  it.each([
    '',
    '-',
    '1',
    '1.5',
    's',
    '.s',
    '1d',
    '1 s',
    'PT1S',
    '1µs',
    '1h-1m',
    '--1s',
    '315576000000.000000001s',
    '87660000h1ns',
    '1e3s',
    `${'9'.repeat(2000)}h`,
  ])('not %j', (text) => expect(readDurationConstant(text)).toBeNull())
})

describe('a zone', () => {
  it.each([
    'UTC',
    'Europe/Berlin',
    'America/Argentina/Buenos_Aires',
    'US/Central',
    'Etc/GMT+5',
    '+01:00',
    '-02:30',
    '02:00',
    '-00:00',
    '14:59',
  ])('%s', (text) => expect(isZone(text)).toBe(true))

  it.each(['', 'Z', 'Local', 'Europe/Berlim', 'Mars/Olympus', '+15:00', '+1:00', '+01:60', '+0100', ' UTC', '5'])(
    'not %j',
    (text) => expect(isZone(text)).toBe(false),
  )
})
