import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { networkOf, parseAddress } from './address.ts'

const FULL = process.env.IAP_FULL === '1'

describe('an address', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0'],
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:1:0:0:0:1:0', '0:0:1::1:0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['::FFFF:0a01:0203', '10.1.2.3'],
    ['0:0:0:0:0:ffff:10.1.2.3', '10.1.2.3'],
    ['::1.2.3.4', '::102:304'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1::ffff:1.2.3.4', '1::ffff:102:304'],
  ])('%s', (text, canonical) => {
    expect(parseAddress(text)).toBe(canonical)
  })

  test.each([
    '',
    'garbage',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.-4',
    '1.2.3.4:80',
    '0x7f.0.0.1',
    '2130706433',
    '1..2.3',
    ':',
    ':::',
    '1::2::3',
    ':1',
    '1:',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '12345::',
    'g::',
    '[::1]',
    'fe80::1%eth0',
    'fe80::1%1',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::ffff:010.1.2.3',
    '1'.repeat(100_000),
    ':'.repeat(100_000),
  ])('that is refused: %.40j', (text) => {
    expect(parseAddress(text)).toBeNull()
  })
})

describe('properties of addresses', () => {
  const runs = { seed: 3, numRuns: FULL ? 10_000 : 2_000 }
  const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(...'01af.::%f9'), maxLength: 24 }))

  test('it accepts what the platform accepts, but for zones', () => {
    fc.assert(
      fc.property(text, (each) => {
        expect(parseAddress(each) !== null).toBe((isIPv4(each) || isIPv6(each)) && !each.includes('%'))
      }),
      runs,
    )
  })

  test('it writes IPv6 as a URL does, IPv4-mapped addresses aside, and is idempotent', () => {
    fc.assert(
      fc.property(text, (each) => {
        const canonical = parseAddress(each)
        if (canonical === null) return
        expect(parseAddress(canonical)).toBe(canonical)
        if (canonical.includes(':')) expect(`[${canonical}]`).toBe(new URL(`http://[${each}]/`).hostname)
      }),
      runs,
    )
  })
})

describe('what one client has', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['2001:db8::1', '2001:db8:0:0:ffff:ffff:ffff:ffff', true],
    ['2001:db8::1', '2001:db8:0:1::1', false],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', true],
    ['::1', '::2', true],
    ['::ffff:192.0.2.1', '192.0.2.1', true],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
    ['::ffff:192.0.2.1', '::1', false],
  ])('%s and %s', (one, other, isSame) => {
    const [a, b] = [parseAddress(one) ?? '', parseAddress(other) ?? '']
    expect(networkOf(a) === networkOf(b)).toBe(isSame)
  })
})
