import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddressRange } from './address.ts'
import { clientAddress, type Trust } from './client-address.ts'
import { HeaderLines } from './headers.ts'

const range = (text: string) => {
  const found = parseAddressRange(text)
  if (found === null) throw new Error(`${text} is no range`)
  return found
}

const proxies = [range('10.0.0.0/8'), range('2001:db8::/32'), range('192.0.2.7')]

function client(peer: string, lines: readonly (readonly [string, string])[], header: Trust['header'] = 'x-forwarded-for') {
  const names = lines.map(([name]) => name)
  const headers = new HeaderLines(
    names,
    lines.map(([, value]) => value),
    names,
  )
  return clientAddress(peer, headers, { proxies, header })
}

describe('a range', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['192.0.2.0/31', '192.0.2.1', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::/0', '10.0.0.1', false],
    ['::/0', '::1', true],
  ])('%s holds %s: %s', (text, address, holds) => {
    expect(range(text)(address)).toBe(holds)
  })
  test.each([
    '',
    '10.0.0.0/33',
    '10.0.0.1/8',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '::ffff:10.0.0.0/104',
    '2001:db8::1/32',
    'localhost',
    '10.0.0.0/-1',
    ' 10.0.0.0/8',
  ])('%s is none', (text) => {
    expect(parseAddressRange(text)).toBeNull()
  })
})

describe('X-Forwarded-For', () => {
  const said = (...values: string[]) => values.map((value) => ['x-forwarded-for', value] as const)
  test.each<[string, string, readonly (readonly [string, string])[], string | null]>([
    ['of nobody', '203.0.113.9', [], '203.0.113.9'],
    ['of a stranger', '203.0.113.9', said('10.0.0.1'), '203.0.113.9'],
    ['of a proxy that says nothing', '10.0.0.1', [], '10.0.0.1'],
    ['of a proxy', '10.0.0.1', said('203.0.113.9'), '203.0.113.9'],
    ['of a proxy of IPv6', '2001:db8::1', said('203.0.113.9'), '203.0.113.9'],
    ['of two proxies', '10.0.0.1', said('203.0.113.9, 10.0.0.2'), '203.0.113.9'],
    ['of two proxies, in two lines', '10.0.0.1', said('203.0.113.9', '10.0.0.2'), '203.0.113.9'],
    ['with what the client says before it', '10.0.0.1', said('10.9.9.9, 203.0.113.9'), '203.0.113.9'],
    ['with what the client says in a line before it', '10.0.0.1', said('127.0.0.1', '203.0.113.9'), '203.0.113.9'],
    ['with garbage that the client says before it', '10.0.0.1', said('garbage, , 203.0.113.9'), '203.0.113.9'],
    ['of proxies alone', '10.0.0.1', said('10.0.0.3, 10.0.0.2'), '10.0.0.3'],
    ['with a port', '10.0.0.1', said('203.0.113.9:4711'), '203.0.113.9'],
    ['of IPv6', '10.0.0.1', said('2001:DB9::0:1'), '2001:db9::1'],
    ['of IPv6 in brackets', '10.0.0.1', said('[2001:db9::1]:4711'), '2001:db9::1'],
    ['mapped', '10.0.0.1', said('::ffff:203.0.113.9'), '203.0.113.9'],
    ['garbage', '10.0.0.1', said('garbage'), null],
    ['unknown', '10.0.0.1', said('unknown'), null],
    ['empty', '10.0.0.1', said(''), null],
    ['with an empty end', '10.0.0.1', said('203.0.113.9,'), null],
    ['a name', '10.0.0.1', said('localhost'), null],
    ['127.1', '10.0.0.1', said('127.1'), null],
    ['an address in brackets that is none of IPv6', '10.0.0.1', said('[203.0.113.9]'), null],
    ['another header', '10.0.0.1', [['forwarded', 'for=203.0.113.9']], '10.0.0.1'],
  ])('%s', (_, peer, lines, wanted) => {
    expect(client(peer, lines)).toBe(wanted)
  })
})

describe('Forwarded', () => {
  test.each<[string, string | null]>([
    ['for=203.0.113.9', '203.0.113.9'],
    ['For="203.0.113.9:80";proto=https;by=10.0.0.1', '203.0.113.9'],
    ['proto=https ; for="[2001:db9::1]:4711"', '2001:db9::1'],
    ['for="[2001:db9::1]", for=10.0.0.2', '2001:db9::1'],
    ['for=1.1.1.1, for="203.0.113.9"', '203.0.113.9'],
    ['host="a,b;for=9.9.9.9";for=203.0.113.9', '203.0.113.9'],
    ['for="203.0.113.9\\"', null],
    ['for=_hidden', null],
    ['for=unknown', null],
    ['proto=https', null],
    ['for=1.1.1.1;for=203.0.113.9', null],
    ['for="203.0.113.9', null],
    // A client begins a quote, and the proxy adds the second element.
    ['for=9.9.9.9;x=", for="[2001:db9::1]"', null],
    ['for=9.9.9.9;x="\\", for="[2001:db9::1]"', null],
    ['for=9.9.9.9;x=", for=203.0.113.9', null],
    ['', null],
  ])('%s', (value, wanted) => {
    expect(client('10.0.0.1', [['forwarded', value]], 'forwarded')).toBe(wanted)
  })
})

test('nobody but a trusted proxy is believed, whatever is said', () => {
  const value = fc.oneof(fc.string(), fc.ipV4(), fc.constantFrom('10.0.0.1', 'for=10.0.0.1', '"', ',', ';'))
  const line = fc.tuple(fc.constantFrom('x-forwarded-for', 'forwarded', 'x-real-ip'), value)
  fc.assert(
    fc.property(
      fc.ipV4(),
      fc.array(line),
      fc.constantFrom('x-forwarded-for' as const, 'forwarded' as const),
      (peer, lines, header) => {
        const found = client(peer, lines, header)
        if (!proxies.some((holds) => holds(peer))) expect(found).toBe(peer)
      },
    ),
    { numRuns: 10_000, seed: 9 },
  )
})

test('whatever stands left of the address that a proxy has added changes nothing', () => {
  fc.assert(
    fc.property(fc.string(), (left) => {
      expect(client('10.0.0.1', [['x-forwarded-for', `${left}, 203.0.113.9`]])).toBe('203.0.113.9')
    }),
    { numRuns: 5_000, seed: 9 },
  )
})
