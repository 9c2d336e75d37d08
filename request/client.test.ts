import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddressRange } from './address.ts'
import type { Trust } from './canonical-request.ts'
import { clientOf } from './client.ts'
import { HeaderLines } from './headers.ts'

const FULL = process.env.IAP_FULL === '1'

const range = (text: string) => {
  const found = parseAddressRange(text)
  if (found === null) throw new Error(`${text} is no range`)
  return found
}

const proxies = [range('10.0.0.0/8'), range('2001:db8::/32'), range('192.0.2.7')]

type Lines = readonly (readonly [string, string])[]

/** Its address; null where it is refused. */
function client(peer: string, lines: Lines, header: Trust['header'] = 'x-forwarded-for') {
  const found = told(peer, lines, header)
  if (typeof found !== 'string') return found.address
  expect(found).toBe('client-address')
  return null
}

function told(peer: string, lines: Lines, header: Trust['header']) {
  const names = lines.map(([name]) => name)
  const headers = new HeaderLines(
    names,
    lines.map(([, value]) => value),
    names,
  )
  return clientOf(peer, headers, { proxies, header })
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

describe('the scheme', () => {
  const scheme = (peer: string, lines: Lines, header: Trust['header'] = 'x-forwarded-for') => {
    const found = told(peer, lines, header)
    return typeof found === 'string' ? found : found.scheme
  }
  const one = ['x-forwarded-for', '203.0.113.9'] as const
  const two = ['x-forwarded-for', '203.0.113.9, 10.0.0.2'] as const
  const proto = (value: string) => ['x-forwarded-proto', value] as const

  test.each<[string, string, Lines, string | null]>([
    ['that nobody tells', '10.0.0.1', [one], null],
    ['that a stranger tells', '203.0.113.9', [one, proto('https')], null],
    ['that a stranger tells wrongly', '203.0.113.9', [one, proto('gopher')], null],
    ['that a proxy tells', '10.0.0.1', [one, proto('https')], 'https'],
    ['in capitals', '10.0.0.1', [one, proto('HTTP')], 'http'],
    ['of a proxy that tells of no client', '10.0.0.1', [proto('https')], 'https'],
    ['of a WebSocket', '10.0.0.1', [one, proto('wss')], 'https'],
    ['of a WebSocket without TLS', '10.0.0.1', [one, proto('ws')], 'http'],
    ['that the first of two proxies tells', '10.0.0.1', [two, proto('https')], 'https'],
    ['that two proxies tell', '10.0.0.1', [two, proto('https, http')], 'https'],
    ['that two proxies tell in two lines', '10.0.0.1', [two, proto('http'), proto('https')], 'http'],
    ['behind what the client says', '10.0.0.1', [two, proto('http, https, http')], 'https'],
    ['of one proxy, behind what the client says', '10.0.0.1', [one, proto('https, http')], 'http'],
    ['garbage', '10.0.0.1', [one, proto('gopher')], 'client-scheme'],
    ['nothing', '10.0.0.1', [one, proto('')], 'client-scheme'],
    ['a name of every object', '10.0.0.1', [one, proto('constructor')], 'client-scheme'],
    ['in another header', '10.0.0.1', [one, ['forwarded', 'proto=https']], null],
  ])('%s', (_, peer, lines, wanted) => {
    expect(scheme(peer, lines)).toBe(wanted)
  })

  test.each<[string, string | null]>([
    ['for=203.0.113.9', null],
    ['for=203.0.113.9;proto=https', 'https'],
    ['Proto="HTTPS";for=203.0.113.9', 'https'],
    ['for=203.0.113.9;proto=http, for=10.0.0.2;proto=https', 'http'],
    ['for=203.0.113.9, for=10.0.0.2;proto=https', null],
    ['for=198.51.100.1;proto=https, for=203.0.113.9;proto=http', 'http'],
    ['for=203.0.113.9;proto=https;proto=http', 'client-scheme'],
    ['for=203.0.113.9;proto=', 'client-scheme'],
    ['for=203.0.113.9;proto=gopher', 'client-scheme'],
    ['for=203.0.113.9;host="a;proto=https"', null],
  ])('%s', (value, wanted) => {
    expect(scheme('10.0.0.1', [['forwarded', value], proto('gopher')], 'forwarded')).toBe(wanted)
  })
})

test('nobody but a trusted proxy is believed, whatever is said', () => {
  const value = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.constantFrom('10.0.0.1', 'for=10.0.0.1', 'for=10.0.0.1;proto=https', 'https', '"', ',', ';'),
  )
  const line = fc.tuple(fc.constantFrom('x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-proto'), value)
  fc.assert(
    fc.property(
      fc.ipV4(),
      fc.array(line),
      fc.constantFrom('x-forwarded-for' as const, 'forwarded' as const),
      (peer, lines, header) => {
        const found = told(peer, lines, header)
        if (!proxies.some((holds) => holds(peer))) expect(found).toEqual({ address: peer, scheme: null, certificateIn: null })
      },
    ),
    { numRuns: FULL ? 10_000 : 2_000, seed: 9 },
  )
})

test('whatever stands left of the address that a proxy has added changes nothing', () => {
  fc.assert(
    fc.property(fc.string(), (left) => {
      expect(client('10.0.0.1', [['x-forwarded-for', `${left}, 203.0.113.9`]])).toBe('203.0.113.9')
    }),
    { numRuns: FULL ? 5_000 : 1_000, seed: 9 },
  )
})
