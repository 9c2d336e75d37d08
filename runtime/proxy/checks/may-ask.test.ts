import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { type AddressRange, parseAddressRange } from '../../../request/index.ts'
import type { CertificateParts } from '../../tls/index.ts'
import { setTlsConnection } from '../../tls/index.ts'
import { mayAskBy } from './may-ask.ts'

const NOW = 1_700_000_000

function clients(addresses: readonly string[], certificates: readonly string[] = []) {
  return { addresses: addresses.map((text) => parseAddressRange(text) as AddressRange), certificates }
}

interface Shown {
  readonly uris?: readonly string[]
  readonly dnsNames?: readonly string[]
  readonly from?: number
  readonly until?: number
  readonly isRevoked?: boolean
  readonly isAuthority?: boolean
  readonly isMalformed?: boolean
}

/** A connection after its handshake; `shown` is what is in the client's certificate, `null` without one. */
function secure(shown: Shown | null, remoteAddress = '192.0.2.9'): Socket {
  const socket = { remoteAddress } as Socket
  const certificate = shown && {
    from: NOW - 10,
    until: NOW + 10,
    ...shown,
    isRevoked: () => shown.isRevoked === true,
    parts: shown.isMalformed ? null : ({ uris: [], dnsNames: [], isAuthority: false, ...shown } as unknown as CertificateParts),
  }
  setTlsConnection(socket, { names: {} as never, clientCertificate: certificate as never, transport: null })
  return socket
}

const plain = (remoteAddress: string | undefined) => ({ remoteAddress }) as Socket

test('everybody at a Unix socket, whose permissions say who may', () => {
  expect(mayAskBy(null, () => NOW * 1000)(plain(undefined))).toBe(true)
})

describe('by address', () => {
  const mayAsk = mayAskBy(clients(['10.1.0.0/16', '192.0.2.1', '2001:db8::/32']), () => NOW * 1000)

  test.each([
    ['10.1.255.255', true],
    ['::ffff:10.1.2.3', true],
    ['::ffff:a01:203', true],
    ['192.0.2.1', true],
    ['2001:db8::1', true],
    ['2001:0DB8:0:0::1', true],
    ['10.2.0.0', false],
    ['::ffff:10.2.0.0', false],
    ['::10.1.2.3', false],
    ['192.0.2.11', false],
    ['2001:db9::1', false],
    ['fe80::1%eth0', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (address, expected) => {
    expect(mayAsk(plain(address))).toBe(expected)
  })

  test('with TLS, a certificate is not needed', () => {
    expect(mayAsk(secure(null, '10.1.0.1'))).toBe(true)
    expect(mayAsk(secure(null))).toBe(false)
  })
})

describe('by certificate', () => {
  const mayAsk = mayAskBy(clients([], ['spiffe://shop.example/edge', 'edge.example']), () => NOW * 1000)

  test.each<readonly [string, Shown | null, boolean]>([
    ['no certificate', null, false],
    ['the SPIFFE ID', { uris: ['spiffe://shop.example/edge'] }, true],
    ['a longer one', { uris: ['spiffe://shop.example/edge/x'] }, false],
    ['a shorter one', { uris: ['spiffe://shop.example/edg'] }, false],
    ['one in upper case', { uris: ['spiffe://shop.example/Edge'] }, false],
    ['one with a slash at its end', { uris: ['spiffe://shop.example/edge/'] }, false],
    ['one of two', { uris: ['spiffe://shop.example/edge', 'spiffe://shop.example/other'] }, false],
    ['one beside another URI', { uris: ['https://x.example', 'spiffe://shop.example/edge'] }, false],
    ['a DNS name', { dnsNames: ['other.example', 'edge.example'] }, true],
    ['a DNS name in upper case', { dnsNames: ['EDGE.Example'] }, true],
    ['a subdomain', { dnsNames: ['a.edge.example'] }, false],
    ['a wildcard', { dnsNames: ['*.example'] }, false],
    ['the SPIFFE ID as a DNS name', { dnsNames: ['spiffe://shop.example/edge'] }, false],
    ['a DNS name of an X.509-SVID', { uris: ['spiffe://shop.example/other'], dnsNames: ['edge.example'] }, false],
    ['a DNS name beside SPIFFE in another spelling', { uris: ['SPIFFE://shop.example/x'], dnsNames: ['edge.example'] }, false],
    ['the DNS name as a URI', { uris: ['edge.example'] }, false],
    ['one that is not valid yet', { dnsNames: ['edge.example'], from: NOW + 1 }, false],
    ['one from its first second on', { dnsNames: ['edge.example'], from: NOW }, true],
    ['one that has expired', { dnsNames: ['edge.example'], until: NOW }, false],
    ['one that was revoked', { dnsNames: ['edge.example'], isRevoked: true }, false],
    ['one of an authority', { dnsNames: ['edge.example'], isAuthority: true }, false],
    ['a malformed one', { isMalformed: true }, false],
  ])('%s', (_, shown, expected) => {
    expect(mayAsk(secure(shown))).toBe(expected)
  })

  test('not without TLS', () => {
    expect(mayAsk(plain('10.1.0.1'))).toBe(false)
  })
})

test('an address or a certificate is enough', () => {
  const mayAsk = mayAskBy(clients(['10.1.0.0/16'], ['edge.example']), () => NOW * 1000)
  expect(mayAsk(secure({ dnsNames: ['edge.example'] }, '192.0.2.9'))).toBe(true)
  expect(mayAsk(secure({ dnsNames: ['other.example'] }, '10.1.0.1'))).toBe(true)
  expect(mayAsk(secure({ dnsNames: ['other.example'] }, '192.0.2.9'))).toBe(false)
})
