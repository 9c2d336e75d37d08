import { describe, expect, test } from 'vitest'
import type { OriginalRequest as OriginalHeaders } from '../check-config.ts'
import { readOriginal } from './original-request.ts'

type Lines = Readonly<Record<string, string | readonly string[]>>

/** The whole headers of each family for `POST https://app.test:8443/a%2Fb?x=1` from 192.0.2.7, and how the check is asked. */
const WHOLE: Readonly<Record<OriginalHeaders, Lines>> = {
  'x-forwarded': {
    'X-Forwarded-Method': 'POST',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'app.test:8443',
    'X-Forwarded-Uri': '/a%2Fb?x=1',
    'X-Forwarded-For': '192.0.2.7',
  },
  'x-original': {
    'X-Original-Method': 'POST',
    'X-Original-URL': 'https://app.test:8443/a%2Fb?x=1',
    'X-Forwarded-For': '192.0.2.7',
  },
  'request-line': { Host: 'app.test:8443', 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.7' },
}
const FAMILIES = Object.keys(WHOLE) as readonly OriginalHeaders[]

function read(original: OriginalHeaders, changes: Lines = {}, target?: string, prefix = '/check') {
  const lines = { Host: 'iap.internal', Accept: 'a/b', ...WHOLE[original], ...changes }
  const rawHeaders = Object.entries(lines).flatMap(([name, values]) => [values].flat().flatMap((value) => [name, value]))
  const isOwn = original === 'request-line'
  const head = { method: isOwn ? 'POST' : 'GET', target: target ?? (isOwn ? '/check/a%2Fb?x=1' : '/ask?y'), rawHeaders }
  return readOriginal(head, { original, prefix })
}

function outcome(...of: Parameters<typeof read>): unknown {
  const made = read(...of)
  return 'code' in made ? made.code : [made.method, made.scheme, made.rawHeaders[1], made.target, made.peer]
}

const STATED = ['POST', 'https', 'app.test:8443', '/a%2Fb?x=1', '192.0.2.7']

describe.each(FAMILIES)('%s', (family) => {
  test('whole: all parts byte for byte, and the other headers are the client’s', () => {
    expect(outcome(family)).toEqual(STATED)
    const made = read(family)
    expect('rawHeaders' in made && made.rawHeaders).toEqual(['host', 'app.test:8443', 'Accept', 'a/b'])
  })

  test.each(Object.keys(WHOLE[family]))('%s is missing, repeated, or repeated in another case', (name) => {
    const value = WHOLE[family][name] as string
    expect(outcome(family, { [name]: [] })).toBe('check-header-missing')
    expect(outcome(family, { [name]: [value, value] })).toBe('check-header-repeated')
    expect(outcome(family, { [name.toUpperCase()]: 'other', [name.toLowerCase()]: 'another' })).toBe('check-header-repeated')
  })

  test.each(Object.keys(WHOLE[family]))('a client’s %s in another spelling states nothing', (name) => {
    expect(outcome(family, { [name.replaceAll('-', '_').concat('_')]: 'evil' })).toEqual(STATED)
    if (name.includes('-')) expect(outcome(family, { [name.replaceAll('-', '_')]: 'evil' })).toEqual(STATED)
  })

  test('headers of other families state nothing, and stay the client’s', () => {
    const others = Object.assign({}, ...FAMILIES.map((each) => WHOLE[each])) as Lines
    const spoofed = Object.fromEntries(Object.keys(others).map((name) => [name, 'evil']))
    expect(outcome(family, { ...spoofed, Host: 'iap.internal', ...WHOLE[family] })).toEqual(STATED)
    const made = read(family, { 'X-Original-URI': '/public', 'X-Rewrite-URL': '/public' })
    expect('rawHeaders' in made && made.rawHeaders).toEqual(
      expect.arrayContaining(['X-Original-URI', '/public', 'X-Rewrite-URL', '/public']),
    )
  })

  test('the headers of the check’s own connection and body are not the client’s', () => {
    const own = { Connection: 'keep-alive, close', 'Content-Length': '0', 'Keep-Alive': 'x', TE: 'trailers', Expect: 'x' }
    const made = read(family, { ...own, 'Proxy-Authorization': 'Basic x' })
    expect('rawHeaders' in made && made.rawHeaders.slice(2)).toEqual(['Accept', 'a/b', 'Proxy-Authorization', 'Basic x'])
  })

  test('a Connection that removes headers of the client', () => {
    expect(outcome(family, { Connection: 'close, X-Tenant' })).toBe('check-header-invalid')
    expect(outcome(family, { Connection: ['close', 'authorization'] })).toBe('check-header-invalid')
  })

  test.each([
    ['websocket', null],
    ['WebSocket', null],
    ['h2c', 'check-header-invalid'],
    ['websocket, h2c', 'check-header-invalid'],
    ['', 'check-header-invalid'],
  ])('Upgrade: %s', (value, code) => {
    const made = read(family, { Upgrade: value, Connection: 'upgrade' })
    if ('code' in made) expect(made.code).toBe(code)
    else expect([code, made.rawHeaders.slice(4)]).toEqual([null, ['Upgrade', value]])
  })

  test('a byte that is no white space stays, so that the request is refused', () => {
    for (const name of Object.keys(WHOLE[family])) {
      const value = `${WHOLE[family][name]}\u00a0`
      const made = read(family, { [name]: value })
      const isSeen = 'code' in made || JSON.stringify(made).includes('\u00a0')
      expect([name, isSeen]).toEqual([name, true])
    }
    const other = read(family, { 'X-Tenant': '\t a\u00a0 ' })
    expect('rawHeaders' in other && other.rawHeaders.slice(4)).toEqual(['X-Tenant', 'a\u00a0'])
  })

  test.each([
    ['192.0.2.7', '192.0.2.7', []],
    ['10.0.0.1, 192.0.2.7', '192.0.2.7', ['x-forwarded-for', '10.0.0.1']],
    ['10.0.0.1,10.0.0.2 ,2001:db8::7', '2001:db8::7', ['x-forwarded-for', '10.0.0.1,10.0.0.2 ']],
    ['10.0.0.1, ', '', ['x-forwarded-for', '10.0.0.1']],
    ['', '', []],
  ])('X-Forwarded-For: %s', (value, peer, before) => {
    const made = read(family, { 'X-Forwarded-For': value })
    if ('code' in made) throw new Error(made.code)
    expect([made.peer, made.rawHeaders.slice(4)]).toEqual([peer, before])
  })
})

test.each([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
  ['HTTPS', null],
  ['https, http', null],
  ['https,', null],
  ['ftp', null],
  ['', null],
])('X-Forwarded-Proto: %s', (value, scheme) => {
  for (const family of ['x-forwarded', 'request-line'] as const) {
    const made = read(family, { 'X-Forwarded-Proto': value })
    expect('code' in made ? null : made.scheme).toBe(scheme)
  }
})

test.each([
  ['http://app.test/', ['http', 'app.test', '/']],
  ['https://app.test//a/../b;c?d=//e', ['https', 'app.test', '//a/../b;c?d=//e']],
  ['https:///a', ['https', '', '/a']],
  // A host that a client has chosen so that a lenient reader takes a part of it for the path or the query.
  ['https://app.test?/admin', ['https', 'app.test?', '/admin']],
  ['https://app.test#/admin', ['https', 'app.test#', '/admin']],
  ['https://app.test\\/admin', ['https', 'app.test\\', '/admin']],
  ['https://user@app.test/admin', ['https', 'user@app.test', '/admin']],
  ['https://app.test', null],
  ['https://app.test?x', null],
  ['//app.test/', null],
  ['/a', null],
  ['HTTPS://app.test/', null],
  ['ftp://app.test/', null],
  ['', null],
])('X-Original-URL: %s', (url, parts) => {
  const made = read('x-original', { 'X-Original-URL': url })
  expect('code' in made ? null : [made.scheme, made.rawHeaders[1], made.target]).toEqual(parts)
  if ('code' in made) expect(made.code).toBe('check-header-invalid')
})

test.each([
  ['/check/a', '/check', '/a'],
  ['/check//a', '/check', '//a'],
  ['/check/check/a', '/check', '/check/a'],
  ['/a', '', '/a'],
  ['/check', '/check', null],
  ['/check?x', '/check', null],
  ['/checks/a', '/check', null],
  ['/Check/a', '/check', null],
  ['/%63heck/a', '/check', null],
  ['/./check/a', '/check', null],
  ['/a', '/check', null],
])('%s with the prefix %j', (target, prefix, expected) => {
  const made = read('request-line', {}, target, prefix)
  expect('code' in made ? null : made.target).toBe(expected)
  if ('code' in made) expect(made.code).toBe('check-prefix')
})

test.each([
  ['X-Api-Key', 'a,b', ['X-Api-Key', 'a', 'X-Api-Key', 'b']],
  ['Cookie', 'a=1,b=2', ['Cookie', 'a=1', 'Cookie', 'b=2']],
  ['X-Tenant', 'a,b,c', ['X-Tenant', 'a', 'X-Tenant', 'b,c']],
  ['Accept-Language', 'de,en', ['Accept-Language', 'de,en']],
])('Envoy merges lines: %s: %s', (name, value, lines) => {
  const made = read('request-line', { [name]: value })
  expect('rawHeaders' in made && made.rawHeaders.slice(4)).toEqual(lines)
  const other = read('x-forwarded', { [name]: value })
  expect('rawHeaders' in other && other.rawHeaders.slice(4)).toEqual([name, value])
})
