import { describe, expect, test } from 'vitest'
import type { CanonicalHeaders } from './canonical-request.ts'
import { hopByHop } from './hop-by-hop.ts'
import { accepted, refusalOf } from './testing/refusal-of.ts'

function headersOf(...lines: string[]): CanonicalHeaders {
  return accepted({ rawHeaders: ['Host', 'app.test', ...lines] }).headers
}

function withLines(...lines: string[]): string {
  return refusalOf({ rawHeaders: ['Host', 'app.test', ...lines] })
}

describe('header lines', () => {
  test('are found by lower-case name and listed in their order', () => {
    const headers = headersOf('X-Tenant', 'a', 'ACCEPT', '*/*', 'x-empty', '')
    expect(headers.get('x-tenant')).toBe('a')
    expect(headers.get('x-empty')).toBe('')
    expect(headers.get('X-Tenant')).toBeUndefined()
    expect(headers.get('constructor')).toBeUndefined()
    expect(headers.count('accept')).toBe(1)
    expect(headers.count('__proto__')).toBe(0)
    expect([...headers.entries()]).toEqual([
      ['host', 'app.test'],
      ['x-tenant', 'a'],
      ['accept', '*/*'],
      ['x-empty', ''],
    ])
  })

  test('of one name have no value that one could take for the only one', () => {
    const headers = headersOf('X-Tenant', 'a', 'x-tenant', 'b')
    expect(headers.count('x-tenant')).toBe(2)
    expect(headers.get('x-tenant')).toBeUndefined()
    expect([...headers.entries()].filter(([name]) => name === 'x-tenant')).toHaveLength(2)
  })

  test('lose white space around the value, no other', () => {
    expect(headersOf('a', ' \tb \t c ').get('a')).toBe('b \t c')
  })

  test.each(['X_Tenant', 'x.tenant', 'X__TENANT', 'x-_tenant', 'x~tenant', 'x--tenant'])(
    'that some services read under another name are ambiguous: %s',
    (alias) => {
      const alone = headersOf(alias, 'b')
      expect(alone.count('x-tenant')).toBe(2)
      expect(alone.get('x-tenant')).toBeUndefined()
      expect(headersOf('X-Tenant', 'a', alias, 'b').count('x-tenant')).toBeGreaterThan(1)
      expect(headersOf('X-Tenant', 'a', alias, 'b').get('x-tenant')).toBeUndefined()
    },
  )

  test('with odd names can be read under exactly these', () => {
    const headers = headersOf('user_id', '7', 'accept', '*/*')
    expect(headers.get('user_id')).toBe('7')
    expect(headers.get('accept')).toBe('*/*')
    expect(headersOf('user-id', '7').count('user_id')).toBe(2)
  })

  test.each(['', ' ', 'a b', 'a:', 'a(b)', 'naïve', 'a\u0000', 'a\r\nb', '"a"', 'a/b', 'a,b', '\u212a'])(
    'with a name that is no token: %j',
    (name) => expect(withLines(name, 'x')).toBe('400 header-name'),
  )

  test.each(['a\r\nb: c', 'a\nb', 'a\u0000', 'a\u001b[31m', 'a\u007f', 'caf\u00e9', 'caf\u00c3\u00a9', 'ā'])(
    'with a value that is no visible ASCII: %j',
    (value) => expect(withLines('a', value)).toBe('400 header-value'),
  )

  test('of 16384 bytes, and no more', () => {
    const host = 'Host: app.test\r\n'.length
    const rest = 16384 - host - 'a: \r\n'.length
    expect(withLines('a', 'x'.repeat(rest))).toBe('accepted')
    expect(withLines('a', 'x'.repeat(rest + 1))).toBe('431 headers-too-large')
  })

  test('of 100 lines, and no more', () => {
    const lines = Array.from({ length: 99 }, () => ['a', 'b']).flat()
    expect(withLines(...lines)).toBe('accepted')
    expect(withLines(...lines, 'a', 'b')).toBe('431 headers-too-many')
  })

  test.each(['Authorization', 'Proxy-Authorization', 'Cookie', 'Content-Type', 'Origin'])('that may come once: %s', (name) => {
    expect(withLines(name, 'a')).toBe('accepted')
    expect(withLines(name, 'a', name.toLowerCase(), 'a')).toBe('400 header-repeated')
  })

  test('of lists may come twice', () => {
    expect(withLines('Accept', 'a', 'Accept', 'b', 'X-Forwarded-For', '1', 'X-Forwarded-For', '2')).toBe('accepted')
  })
})

describe('Connection', () => {
  test('takes away what it names, from conditions and from the service', () => {
    const headers = headersOf(
      'Connection',
      'close, X-Tenant',
      'connection',
      'AUTHORIZATION',
      'X-Tenant',
      'a',
      'Authorization',
      'b',
      'x-b',
      'c',
    )
    expect(headers.get('x-tenant')).toBeUndefined()
    expect(headers.count('authorization')).toBe(0)
    expect([...headers.entries()].map(([name]) => name)).toEqual(['host', 'connection', 'connection', 'x-b'])
  })

  test('cannot take away host, framing or the own headers', () => {
    const headers = headersOf(
      'Connection',
      'host, content-length, x-iap-assertion, X_Iap_User',
      'Content-Length',
      '5',
      'x-iap-assertion',
      'forged',
    )
    expect([...headers.entries()].map(([name]) => name)).toEqual(['host', 'connection', 'content-length', 'x-iap-assertion'])
    for (const name of ['host', 'content-length', 'x-iap-assertion', 'x_iap_user'])
      expect(hopByHop(headers).has(name)).toBe(false)
  })

  test('leaves the fields of the connection to the front', () => {
    const headers = headersOf('Connection', 'upgrade, keep-alive', 'Upgrade', 'h2c', 'Keep-Alive', 'timeout=5')
    expect(headers.get('upgrade')).toBe('h2c')
    expect(hopByHop(headers)).toContain('upgrade')
  })

  test('takes away what it names beside fields of the connection', () => {
    for (const line of ['keep-alive, x-a', 'x-a, keep-alive', 'close, x-a, te'])
      expect(hopByHop(headersOf('Connection', line, 'X-A', '1'))).toContain('x-a')
    expect(hopByHop(headersOf('Connection', 'keep-alive', 'Connection', 'x-a'))).toContain('x-a')
    expect(hopByHop(headersOf('Connection', 'close, keep-alive', 'X-A', '1'))).not.toContain('x-a')
  })
})

describe('hopByHop', () => {
  test('has the fields of RFC 9110 §7.6.1 and those that Connection names', () => {
    expect([...hopByHop(headersOf())].sort()).toEqual([
      'connection',
      'http2-settings',
      'keep-alive',
      'proxy-authenticate',
      'proxy-authorization',
      'proxy-connection',
      'te',
      'trailer',
      'transfer-encoding',
      'upgrade',
    ])
    expect(hopByHop(headersOf('Connection', ' , close ,X-Hop,')).has('x-hop')).toBe(true)
    expect(hopByHop(headersOf()).has('x-hop')).toBe(false)
  })
})
