import net from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ip, isCanonicalIP, isIP } from './address.ts'
import * as kinds from './address-kinds.ts'
import * as ranges from './address-range.ts'

const FULL = process.env.IAP_FULL === '1'

describe('addresses', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('%s', (text, expected) => {
    expect(ip(text)).toBe(expected)
    expect(isIP(text)).toBe(true)
    expect(isCanonicalIP(text)).toBe(text === expected)
  })

  test.each([
    '',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.01',
    '192.0.2.1.',
    '1.2.3.4.5',
    '0x7f.0.0.1',
    '127.1',
    'fe80::1%eth0',
    '[::1]',
    '::1:',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '192.0.2.1::',
    '::192.0.2.1:1',
    ' ::1',
    '192.0.2.1/32',
    '1:2:3:4:5:6:7:192.0.2.1',
  ])('not %j', (text) => {
    expect(ip(text)).toBeUndefined()
    expect(isIP(text)).toBe(false)
    expect(isCanonicalIP(text)).toBeUndefined()
  })
})

describe('kinds', () => {
  // unspecified, loopback, link-local multicast, link-local unicast, global unicast
  test.each([
    ['0.0.0.0', 4, 'u....'],
    ['::', 6, 'u....'],
    ['127.0.0.1', 4, '.l...'],
    ['127.255.0.1', 4, '.l...'],
    ['::1', 6, '.l...'],
    ['224.0.0.1', 4, '..m..'],
    ['224.0.1.1', 4, '.....'],
    ['239.0.0.1', 4, '.....'],
    ['ff02::1', 6, '..m..'],
    ['ff12::1', 6, '..m..'],
    ['ff05::1', 6, '.....'],
    ['169.254.1.1', 4, '...k.'],
    ['fe80::1', 6, '...k.'],
    ['febf::1', 6, '...k.'],
    ['fec0::1', 6, '....g'],
    ['255.255.255.255', 4, '.....'],
    ['240.0.0.1', 4, '....g'],
    ['10.0.0.1', 4, '....g'],
    ['2001:db8::1', 6, '....g'],
  ])('%s', (address, family, flags) => {
    expect(kinds.family(address)).toBe(family)
    const tests = [
      kinds.isUnspecified,
      kinds.isLoopback,
      kinds.isLinkLocalMulticast,
      kinds.isLinkLocalUnicast,
      kinds.isGlobalUnicast,
    ]
    expect(tests.map((is, at) => (is(address) ? 'ulmkg'[at] : '.')).join('')).toBe(flags)
  })
})

describe('ranges', () => {
  test.each([
    ['10.1.2.3/8', '10.1.2.3/8', '10.0.0.0/8', '10.1.2.3', 8],
    ['0.0.0.0/0', '0.0.0.0/0', '0.0.0.0/0', '0.0.0.0', 0],
    ['192.0.2.255/25', '192.0.2.255/25', '192.0.2.128/25', '192.0.2.255', 25],
    ['2001:DB8:1:2::3/33', '2001:db8:1:2::3/33', '2001:db8::/33', '2001:db8:1:2::3', 33],
    ['::1/128', '::1/128', '::1/128', '::1', 128],
    ['::ffff:10.1.2.3/104', '10.1.2.3/8', '10.0.0.0/8', '10.1.2.3', 8],
    ['::ffff:0:0/96', '0.0.0.0/0', '0.0.0.0/0', '0.0.0.0', 0],
  ])('%s', (text, canonical, masked, address, length) => {
    expect(ranges.cidr(text)).toBe(canonical)
    expect(ranges.isCIDR(text)).toBe(true)
    expect(ranges.masked(canonical)).toBe(masked)
    expect(ranges.addressOf(canonical)).toBe(address)
    expect(ranges.prefixLength(canonical)).toBe(length)
  })

  test.each([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/8/8',
    '::/129',
    '10.0.0/8',
    '::ffff:0:0/95',
    '::%1/64',
    '10.0.0.0/-1',
    '10.0.0.0/8 ',
  ])('not %j', (text) => {
    expect(ranges.cidr(text)).toBeUndefined()
    expect(ranges.isCIDR(text)).toBe(false)
  })

  test.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/31', '10.0.0.1', true],
    ['10.0.0.0/31', '10.0.0.2', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '10.0.0.1', false],
    ['::/0', 'ffff::', true],
    ['2001:db8::/17', '2001:7fff::', true],
    ['2001:db8::/17', '2001:8000::', false],
    ['192.168.1.77/24', '192.168.1.1', true],
    ['192.0.2.1/32', '192.0.2.1', true],
    ['192.0.2.1/32', '192.0.2.0', false],
  ])('%s contains %s: %s', (range, address, expected) => {
    expect(ranges.containsIP(range, address)).toBe(expected)
    expect(ranges.containsIP(ranges.addressRange(range), address)).toBe(expected)
    expect(ranges.containsIPText(range, address)).toBe(expected)
  })

  test.each([
    ['10.0.0.0/8', '10.1.0.0/16', true],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.0.0.0/16', '10.0.0.0/8', false],
    ['10.0.0.0/8', '11.0.0.0/16', false],
    ['::/0', '0.0.0.0/0', false],
    ['0.0.0.0/0', '10.0.0.0/8', true],
  ])('%s contains the range %s: %s', (range, other, expected) => {
    expect(ranges.containsCIDR(range, other)).toBe(expected)
    expect(ranges.containsCIDRText(range, other)).toBe(expected)
  })

  test('a text that spells nothing is an error; one that spells a mapped address is IPv4', () => {
    expect(ranges.containsIPText('10.0.0.0/8', 'x')).toBeUndefined()
    expect(ranges.containsCIDRText('10.0.0.0/8', '10.0.0.0')).toBeUndefined()
    expect(ranges.containsIPText('10.0.0.0/8', '::ffff:10.0.0.1')).toBe(true)
  })
})

/** Against Node's own reading, and the serializer of WHATWG's URLs, which follows RFC 5952. */
describe('random texts', () => {
  const group = fc.oneof(
    fc.constantFrom('0', '0000', 'ffff', 'FFFF', '', '1'),
    fc.integer({ min: 0, max: 0x1ffff }).map((n) => n.toString(16)),
  )
  const decimal = fc.oneof(
    fc.integer({ min: 0, max: 260 }).map(String),
    fc.constantFrom('', '01', '00', '256', '1e', '-1', '255'),
  )
  const dotted = fc.array(decimal, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'))
  const four = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'))
  const address = fc.oneof(
    dotted,
    four,
    fc.ipV6(),
    fc
      .array(fc.oneof({ weight: 6, arbitrary: group }, { weight: 1, arbitrary: four }), { maxLength: 9 })
      .map((all) => all.join(':')),
    fc
      .tuple(fc.array(group, { maxLength: 6 }), fc.array(fc.oneof(group, four), { maxLength: 6 }))
      .map(([head, tail]) => `${head.join(':')}::${tail.join(':')}`),
    fc.tuple(fc.constantFrom('::ffff:', '0:0::FFFF:', '::fffe:'), four).map((parts) => parts.join('')),
  )

  test('are addresses where Node takes them for such, and canonical as it writes them', () => {
    fc.assert(
      fc.property(address, (text) => {
        const version = net.isIP(text)
        expect(isIP(text)).toBe(version !== 0)
        const canonical = version === 0 ? undefined : version === 4 ? text : canonicalIpv6(text)
        expect(ip(text)).toBe(canonical)
        expect(isCanonicalIP(text)).toBe(canonical === undefined ? undefined : canonical === text)
      }),
      { numRuns: FULL ? 20_000 : 4_000, seed: 4 },
    )
  })

  test('are in ranges where a block list has them', () => {
    const valid = address.filter((text) => net.isIP(text) !== 0)
    fc.assert(
      fc.property(valid, valid, fc.nat(128), (one, text, bits) => {
        const version = net.isIP(ip(one) as string)
        const length = version === 4 ? bits % 33 : bits
        const list = new net.BlockList()
        list.addSubnet(ip(one) as string, length, version === 4 ? 'ipv4' : 'ipv6')
        const other = ip(text) as string
        const range = `${ip(one)}/${length}`
        const held = net.isIP(other) === version && list.check(other, version === 4 ? 'ipv4' : 'ipv6')
        expect(ranges.containsIP(range, other)).toBe(held)
        expect(ranges.containsIPText(ranges.addressRange(range), text)).toBe(held)
        expect(ranges.prefixLength(range)).toBe(length)
        expect(ranges.containsIP(range, ranges.addressOf(ranges.masked(range)))).toBe(true)
      }),
      { numRuns: FULL ? 5_000 : 1_000, seed: 4 },
    )
  })
})

function canonicalIpv6(text: string): string {
  const written = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(written)
  if (mapped === null) return written
  const [high, low] = [Number.parseInt(mapped[1] as string, 16), Number.parseInt(mapped[2] as string, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
