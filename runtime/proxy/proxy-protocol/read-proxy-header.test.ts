import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HeaderParts, ipv4, ipv6, proxyHeader, SIGNATURE, tlv } from '../../../tests/support/proxy-header.ts'
import { crc32c, readProxyHeader } from './read-proxy-header.ts'

const FULL = process.env.IAP_FULL === '1'

const request = Buffer.from('GET / HTTP/1.1\r\n')

/** With a checksum behind the addresses, which is this much more than it should be. */
function summed(wrong = 0, more: Buffer = Buffer.alloc(0)): Buffer {
  const header = proxyHeader({ more: Buffer.concat([tlv(3, Buffer.alloc(4)), more]) })
  header.writeUInt32BE((crc32c(header) + wrong) >>> 0, 16 + 12 + 3)
  return header
}

describe('names the client', () => {
  test.each<[string, Buffer, string | null]>([
    ['of IPv4', proxyHeader(), '203.0.113.9'],
    ['of IPv6', proxyHeader({ family: 0x21, addresses: ipv6('20010db8000000000000000000000001') }), '2001:db8::1'],
    ['of IPv4 in IPv6', proxyHeader({ family: 0x21, addresses: ipv6('00000000000000000000ffffcb007109') }), '203.0.113.9'],
    ['with TLVs', proxyHeader({ more: Buffer.concat([tlv(2, 'app.test'), tlv(4, ''), tlv(0xee, 'own')]) }), '203.0.113.9'],
    ['with a checksum', summed(), '203.0.113.9'],
    ['with a checksum and more', summed(0, tlv(2, 'app.test')), '203.0.113.9'],
    ['of 4096 bytes', proxyHeader({ more: tlv(4, Buffer.alloc(4096 - 16 - 12 - 3)) }), '203.0.113.9'],
    ['LOCAL', proxyHeader({ command: 0x20, family: 0, addresses: Buffer.alloc(0) }), null],
    ['LOCAL, with what does not count', proxyHeader({ command: 0x20, family: 0x99, more: Buffer.from('garbage') }), null],
    ['UNSPEC', proxyHeader({ family: 0, addresses: Buffer.alloc(0) }), null],
    ['UNSPEC, with what does not count', proxyHeader({ family: 0, more: Buffer.from('garbage') }), null],
  ])('%s', (_, header, client) => {
    expect(readProxyHeader(header)).toEqual({ kind: 'whole', client, length: header.length })
    expect(readProxyHeader(Buffer.concat([header, request]))).toEqual({ kind: 'whole', client, length: header.length })
    for (let end = 0; end < header.length; end += 1) expect(readProxyHeader(header.subarray(0, end))).toEqual({ kind: 'partial' })
  })
})

describe('is none', () => {
  const broken: [string, HeaderParts][] = [
    ['version 1', { command: 0x11 }],
    ['version 0', { command: 0x01 }],
    ['version 3', { command: 0x31 }],
    ['a command that is not known', { command: 0x22 }],
    ['a family that is not known', { family: 0x41 }],
    ['a path of UNIX', { family: 0x31, addresses: Buffer.alloc(216) }],
    ['datagrams', { family: 0x12 }],
    ['datagrams of IPv6', { family: 0x22, addresses: ipv6('20010db8000000000000000000000001') }],
    ['IPv4 without a transport', { family: 0x10 }],
    ['a transport without a family', { family: 0x01 }],
    ['addresses that are too short', { addresses: ipv4('203.0.113.9').subarray(1) }],
    ['no addresses', { addresses: Buffer.alloc(0) }],
    ['addresses of IPv4 for IPv6', { family: 0x21 }],
    ['a length that ends in the addresses', { length: 11 }],
    ['a length of nothing', { length: 0 }],
    ['a TLV without its length', { more: Buffer.from([4, 0]) }],
    ['a TLV beyond the end', { more: tlv(4, 'abc', 4) }],
    ['a byte behind the TLVs', { more: Buffer.concat([tlv(4, 'abc'), Buffer.from([0])]) }],
    ['a checksum of three bytes', { more: tlv(3, 'abc') }],
    ['more than 4096 bytes', { more: tlv(4, Buffer.alloc(4096 - 16 - 12 - 2)) }],
    ['a length of 65535', { length: 65_535 }],
  ]
  test.each(broken)('%s', (_, parts) => {
    expect(readProxyHeader(proxyHeader(parts))).toEqual({ kind: 'broken' })
  })

  test.each<[string, Buffer]>([
    ['a checksum that does not hold', summed(1)],
    ['two checksums', summed(0, tlv(3, Buffer.alloc(4)))],
    ['a request', request],
    ['a handshake of TLS', Buffer.from('1603010200', 'hex')],
    ['the preface of HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['version 1, as text', Buffer.from('PROXY TCP4 203.0.113.9 198.51.100.1 4660 443\r\n')],
    ['its first letter', Buffer.from('P')],
    ['empty lines', Buffer.from('\r\n\r\n\r\n')],
    ...SIGNATURE.map((_, at) => at).reduce<[string, Buffer][]>((made, at) => {
      const other = proxyHeader()
      other[at] = (other[at] as number) ^ 0x20
      made.push([`another byte at ${at}`, other.subarray(0, at + 1)])
      return made
    }, []),
  ])('%s', (_, bytes) => {
    expect(readProxyHeader(bytes)).toEqual({ kind: 'broken' })
  })

  test('whatever bytes they are, it reads no more than there is, and never another client than is written there', () => {
    const part = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(12)))
    const header = fc.tuple(
      fc.constantFrom(0x20, 0x21, 0x11),
      fc.constantFrom(0, 0x11, 0x21, 0x31),
      fc.integer({ max: 70, min: 0 }),
      part,
    )
    fc.assert(
      fc.property(header, ([command, family, length, rest]) => {
        const bytes = Buffer.concat([SIGNATURE, Buffer.from([command, family, 0, length]), rest])
        const read = readProxyHeader(bytes)
        if (read.kind !== 'whole') return
        expect(read.length).toBe(16 + length)
        expect(read.length).toBeLessThanOrEqual(bytes.length)
        if (read.client !== null && family === 0x11) expect(read.client).toBe(bytes.subarray(16, 20).join('.'))
      }),
      { numRuns: FULL ? 20_000 : 4_000, seed: 3 },
    )
  })
})

/** RFC 3720, appendix B.4 (its bytes are the number's, the last one first). */
test.each([
  ['32 zeros', Buffer.alloc(32), 0x8a91_36aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8_ab43],
  ['32 that go up', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd_794e],
  ['32 that go down', Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113f_db5c],
  ['the digits', Buffer.from('123456789'), 0xe306_9283],
  ['nothing', Buffer.alloc(0), 0],
])('%s', (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum)
})
