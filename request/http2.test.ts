import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalize } from './canonicalize.ts'
import { canonicalizeHttp2 } from './http2.ts'

const FULL = process.env.IAP_FULL === '1'

const PEER = '192.0.2.7'
const HEAD = [':method', 'GET', ':scheme', 'https', ':authority', 'App.test:8443', ':path', '/a%20b?q=1'] as const

/** The head with other pseudo-header fields, and header lines behind it. */
function read(changes: Readonly<Record<string, string | null>> = {}, lines: readonly string[] = []) {
  const fields = new Map<string, string>()
  for (let i = 0; i < HEAD.length; i += 2) fields.set(HEAD[i] as string, HEAD[i + 1] as string)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) fields.delete(name)
    else fields.set(name, value)
  }
  return canonicalizeHttp2([...[...fields].flat(), ...lines], PEER)
}

function codeOf(canonical: ReturnType<typeof read>): string | null {
  return canonical.ok ? null : canonical.refusal.code
}

test('a request reads as the one of HTTP/1.1 that says the same', () => {
  const over1 = canonicalize({
    method: 'GET',
    target: '/a%20b?q=1',
    httpVersion: '1.1',
    rawHeaders: ['host', 'App.test:8443', 'accept', 'text/plain', 'x-a', '1', 'x-a', '2'],
    peer: PEER,
  })
  const over2 = read({}, ['accept', 'text/plain', 'x-a', '1', 'x-a', '2'])
  expect(over1.ok && over2.ok).toBe(true)
  if (!over1.ok || !over2.ok) return
  expect({ ...over2.request, headers: [...over2.request.headers.entries()] }).toEqual({
    ...over1.request,
    headers: [...over1.request.headers.entries()],
  })
  expect(over2.request).toMatchObject({ host: 'app.test', port: 8443, rawPath: '/a%20b', rawQuery: '?q=1', sourceIp: PEER })
})

test.each<[string, Parameters<typeof read>[0], readonly string[], string | null]>([
  ['no authority, and a host', { ':authority': null }, ['host', 'app.test'], null],
  ['neither', { ':authority': null }, [], 'host-missing'],
  ['both, of one host in two spellings', {}, ['host', 'APP.TEST:8443'], null],
  ['both, of two hosts', {}, ['host', 'evil.test'], 'host-mismatch'],
  ['both, of two ports', {}, ['host', 'app.test:8444'], 'host-mismatch'],
  ['both, alike and no hosts', { ':authority': 'a b' }, ['host', 'a b'], 'host-mismatch'],
  ['two hosts', {}, ['host', 'app.test:8443', 'host', 'app.test:8443'], 'host-repeated'],
  ['an authority with a user', { ':authority': 'good@evil' }, [], 'host-invalid'],
  ['an empty authority', { ':authority': '' }, [], 'host-invalid'],
  ['a target that is no path', { ':path': '*' }, [], 'target-form'],
  ['a target in absolute form', { ':path': 'http://evil.test/' }, [], 'target-form'],
  ['no target', { ':path': null }, [], 'target-form'],
  ['a dot segment', { ':path': '/a/../b' }, [], 'dot-segment'],
  ['a fragment', { ':path': '/a#b' }, [], 'fragment'],
  ['no method', { ':method': null }, [], 'method-invalid'],
  ['a tunnel', { ':method': 'CONNECT', ':path': null, ':scheme': null }, [], 'method-not-allowed'],
  ['another scheme', { ':scheme': 'ftp' }, [], 'pseudo-header'],
  ['no scheme', { ':scheme': null }, [], 'pseudo-header'],
  ['an unknown pseudo-header field', { ':protocol': 'websocket' }, [], 'pseudo-header'],
  ['one of an answer', { ':status': '200' }, [], 'pseudo-header'],
  ['a pseudo-header field twice', {}, [':path', '/b'], 'pseudo-header'],
  ['one behind a header', {}, ['accept', '*/*', ':status', '200'], 'pseudo-header'],
  ['Connection', {}, ['connection', 'x-iap-assertion'], 'connection-field'],
  ['Keep-Alive', {}, ['keep-alive', 'timeout=5'], 'connection-field'],
  ['Proxy-Connection', {}, ['proxy-connection', 'keep-alive'], 'connection-field'],
  ['Transfer-Encoding', {}, ['transfer-encoding', 'chunked'], 'connection-field'],
  ['Upgrade', {}, ['upgrade', 'websocket'], 'connection-field'],
  ['HTTP2-Settings', {}, ['http2-settings', 'AAMAAABkAAQAAP__'], 'connection-field'],
  ['TE', {}, ['te', 'gzip'], 'connection-field'],
  ['TE that says `trailers`', {}, ['te', 'trailers'], null],
  ['a length that is none', {}, ['content-length', '+5'], 'content-length'],
  ['two lengths', {}, ['content-length', '5', 'content-length', '5'], 'content-length'],
  ['two credentials', {}, ['authorization', 'Bearer a', 'authorization', 'Bearer b'], 'header-repeated'],
  ['a byte above 0x7e', {}, ['x-a', 'é'], 'header-value'],
])('%s', (_, changes, lines, code) => {
  expect(codeOf(read(changes, lines))).toBe(code)
})

test('a proxy that is trusted says whose request it is', () => {
  const trust = { proxies: [(address: string) => address === PEER], header: 'x-forwarded-for' } as const
  const of = (value: string) => canonicalizeHttp2([...HEAD, 'x-forwarded-for', value], PEER, trust)
  const canonical = of('203.0.113.9')
  expect(canonical.ok && canonical.request.sourceIp).toBe('203.0.113.9')
  expect(codeOf(of('garbage'))).toBe('client-address')
})

test('the pieces of a cookie are one line', () => {
  const canonical = read({}, ['cookie', 'a=1', 'x-b', '2', 'cookie', 'c=3'])
  expect(canonical.ok && canonical.request.headers.get('cookie')).toBe('a=1; c=3')
})

test('no request line can claim to be one', () => {
  for (const httpVersion of ['2.0', '2', '3.0']) {
    const canonical = canonicalize({ method: 'GET', target: '/', httpVersion, rawHeaders: ['host', 'a.test'], peer: PEER })
    expect(codeOf(canonical)).toBe('http-version')
  }
})

test('whatever the fields are, the path that is decided is the one that came', () => {
  const name = fc.constantFrom(':method', ':scheme', ':authority', ':path', 'host', 'cookie', 'te', 'x-a', 'connection', ':x')
  const value = fc.constantFrom('GET', 'https', 'app.test', '/a', '/a/..', 'trailers', '', 'b')
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (lines) => {
      const canonical = canonicalizeHttp2(lines.flat(), PEER)
      if (!canonical.ok) return
      const only = (wanted: string) => lines.filter(([found]) => found === wanted).map(([, found]) => found)
      expect(only(':path')).toEqual([canonical.request.rawPath])
      expect(only(':method')).toEqual([canonical.request.method])
      expect([...only(':authority'), ...only('host')][0]).toBe(canonical.request.host)
      expect(only(':x')).toEqual([])
    }),
    { numRuns: FULL ? 20_000 : 4_000, seed: 5 },
  )
})
