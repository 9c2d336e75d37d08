import { describe, expect, test } from 'vitest'
import { type AddressRange, parseAddressRange, type Trust } from '../../../../request/index.ts'
import { makeCertificate } from '../../../../tests/support/x509.ts'
import { Certificates } from '../../../identity/methods/mtls/certificates.ts'
import { readCheckRequest } from './read-check-request.ts'
import type { CheckRequestMessage, HttpRequestMessage, PeerMessage } from './service/index.ts'

const SOURCE: PeerMessage = { address: { socketAddress: { address: '192.0.2.7' } } }

type Lines = Readonly<Record<string, string>>

const merged = (lines: Lines) => ({ headers: Object.entries(lines).map(([key, value]) => ({ key, value })) })
const raw = (...lines: readonly (readonly [key: string, value: string])[]) => ({
  headerMap: { headers: lines.map(([key, value]) => ({ key, rawValue: Buffer.from(value, 'latin1') })) },
})

type HeaderEntry = { readonly key?: string; readonly value?: string; readonly rawValue?: Uint8Array }

/** The lines with the pseudo-headers that they lack, as Envoy sends them; none if there are no lines. */
function withPseudo(lines: readonly HeaderEntry[], { method, path, host, scheme }: HttpRequestMessage): readonly HeaderEntry[] {
  const all = Object.entries({ ':method': method, ':path': path, ':authority': host, ':scheme': scheme })
  const missing = all.filter(([name]) => lines.every(({ key }) => key !== name))
  return lines.length === 0 ? [] : [...missing.map(([key, value = '']) => ({ key, value })), ...lines]
}

/** A check of a request that is complete and consistent, but for `changes`. */
function check(changes: HttpRequestMessage = {}, source: PeerMessage | null = SOURCE): CheckRequestMessage {
  const http: HttpRequestMessage = {
    ...{ method: 'GET', path: '/orders?a=1', host: 'App.test:8443', scheme: 'https', protocol: 'HTTP/1.1' },
    ...(changes.headerMap ? {} : merged({ ':method': changes.method ?? 'GET', accept: 'text/html, */*' })),
    ...changes,
  }
  const { headers = [], headerMap } = http
  const lines = {
    headers: withPseudo(headers, http),
    ...(headerMap ? { headerMap: { headers: withPseudo(headerMap.headers ?? [], http) } } : {}),
  }
  return { attributes: { source, request: { http: { ...http, ...lines } } } }
}

function requestOf(message: CheckRequestMessage) {
  const canonical = readCheckRequest(message, '').canonicalize()
  if (!canonical.ok) throw new Error(canonical.refusal.code)
  return canonical.request
}

function codeOf(message: CheckRequestMessage): string | null {
  const canonical = readCheckRequest(message, '').canonicalize()
  return canonical.ok ? null : canonical.refusal.code
}

test('a whole check', () => {
  const { headers, segments, ...request } = requestOf(check())
  expect(request).toEqual({
    ...{ method: 'GET', host: 'app.test', port: 8443, rawPath: '/orders', path: '/orders', rawQuery: '?a=1' },
    ...{ sourceIp: '192.0.2.7', scheme: 'https', certificateIn: null },
  })
  expect([...headers.entries()]).toEqual([
    ['host', 'App.test:8443'],
    ['accept', 'text/html, */*'],
  ])
})

test.each(['HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'HTTP/3'])('%s', (protocol) => {
  expect(codeOf(check({ protocol }))).toBe(null)
})

test.each<[string, CheckRequestMessage, string]>([
  ['attributes', {}, 'request-malformed'],
  ['attributes that are null', { attributes: null }, 'request-malformed'],
  ['a request', { attributes: { source: SOURCE } }, 'request-malformed'],
  ['an HTTP request', { attributes: { source: SOURCE, request: {} } }, 'request-malformed'],
  ['a method', check({ method: '' }), 'method-invalid'],
  ['a path', check({ path: '' }), 'target-form'],
  ['a host', check({ host: '' }), 'host-missing'],
  ['a scheme', check({ scheme: '' }), 'client-scheme'],
  ['a protocol', check({ protocol: '' }), 'http-version'],
  ['headers', check({ headers: [] }), 'request-malformed'],
  ['a source', check({}, null), 'source-address'],
  ['an address', check({}, {}), 'source-address'],
  ['a socket address', check({}, { address: {} }), 'source-address'],
  ['an IP address', check({}, { address: { socketAddress: { address: '/run/client.sock' } } }), 'source-address'],
])('a check without %s is refused', (_, message, code) => {
  expect(codeOf(message)).toBe(code)
})

test.each<[string, HttpRequestMessage, string]>([
  ['`:method`', merged({ ':method': 'POST' }), 'request-malformed'],
  ['`:path`', merged({ ':path': '/other' }), 'request-malformed'],
  ['`:path`, without the query', merged({ ':path': '/orders' }), 'request-malformed'],
  ['`:authority`', merged({ ':authority': 'other.test' }), 'request-malformed'],
  ['`:scheme`', merged({ ':scheme': 'http' }), 'request-malformed'],
  ['two of `:path`, merged', merged({ ':path': '/orders?a=1,/orders?a=1' }), 'request-malformed'],
  ['two of `:path`, raw', raw([':path', '/orders?a=1'], [':path', '/other']), 'request-malformed'],
  ['a raw `:path` with a byte that Envoy replaces', { path: '/!', ...raw([':path', '/\xff']) }, 'request-malformed'],
  ['a pseudo-header of responses', merged({ ':status': '200' }), 'request-malformed'],
  ['`query`', { query: 'a=2' }, 'request-malformed'],
  ['`query`, and no query in `path`', { path: '/orders', query: 'a=1' }, 'request-malformed'],
  ['a path with a byte that Envoy may have replaced', { path: '/!', ...merged({ ':path': '/!' }) }, 'request-malformed'],
  ['`Connection` that names another header', merged({ connection: 'close, X-Forwarded-For' }), 'request-malformed'],
  ['a host with a dot at its end', { host: 'app.test.' }, 'host-invalid'],
  ['a host with a dot before its port', { host: 'app.test.:8443' }, 'host-invalid'],
  ['a fragment', { fragment: 'x' }, 'request-malformed'],
  ['raw and merged headers', { ...merged({ a: '1' }), ...raw(['a', '1']) }, 'request-malformed'],
  [
    'a raw value and a text',
    { headerMap: { headers: [{ key: 'a', value: '1', rawValue: Buffer.from('2') }] } },
    'request-malformed',
  ],
  ['two bodies', { body: 'a', rawBody: Buffer.from('b') }, 'request-malformed'],
  ['`Host`', merged({ host: 'other.test' }), 'host-mismatch'],
  ['the port of `Host`', merged({ host: 'app.test' }), 'host-mismatch'],
  ['two of `Host`, merged', merged({ host: 'app.test:8443,app.test:8443' }), 'host-repeated'],
  ['two of `Host`, raw', raw(['host', 'app.test:8443'], ['Host', 'app.test:8443']), 'host-repeated'],
])('contradicting or invalid: %s', (_, changes, code) => {
  expect(codeOf(check(changes))).toBe(code)
})

test.each([':method', ':path', ':authority', ':scheme'])('a check whose headers lack `%s` is refused', (name) => {
  for (const lines of [merged({ a: '1' }), raw(['a', '1'])]) {
    const http = check(lines).attributes?.request?.http ?? {}
    const others = (all: readonly HeaderEntry[] = []) => all.filter(({ key }) => key !== name)
    const filtered = { ...http, headers: others(http.headers), headerMap: { headers: others(http.headerMap?.headers) } }
    expect(codeOf({ attributes: { source: SOURCE, request: { http } } })).toBe(null)
    expect(codeOf({ attributes: { source: SOURCE, request: { http: filtered } } })).toBe('request-malformed')
  }
})

test.each<[string, HttpRequestMessage]>([
  ['pseudo-headers that agree', merged({ ':path': '/orders?a=1', ':authority': 'App.test:8443', ':scheme': 'https', a: '1' })],
  ['`!` in a raw path', { path: '/!', ...raw([':path', '/!']) }],
  ['`Connection` that names fields of connections', merged({ connection: 'close, TE,, HTTP2-Settings' })],
  ['`:protocol`', merged({ ':protocol': 'websocket' })],
  ['`Host` that names the same', merged({ host: 'app.test:8443' })],
  ['`query` that is that of `path`', { query: 'a=1' }],
])('consistent: %s', (_, changes) => {
  expect(codeOf(check(changes))).toBe(null)
})

test.each<[name: string, value: string, protocol: string, code: string | null]>([
  ['authorization', 'Bearer a,Bearer b', 'HTTP/1.1', 'header-repeated'],
  ['authorization', 'Bearer a, Bearer b', 'HTTP/2', 'header-repeated'],
  ['authorization', 'Bearer a,', 'HTTP/1.1', 'header-repeated'],
  ['Authorization', ',Bearer a', 'HTTP/1.1', 'header-repeated'],
  ['proxy-authorization', 'Basic a,Basic b', 'HTTP/1.1', 'header-repeated'],
  ['cookie', 'a=1,iap-session=b', 'HTTP/1.1', 'header-repeated'],
  ['cookie', 'a=1,2; b=3', 'HTTP/2', null],
  ['origin', 'https://a.test,https://b.test', 'HTTP/1.1', 'header-repeated'],
  ['content-type', 'application/json,text/plain', 'HTTP/1.1', 'header-repeated'],
  ['content-length', '5,5', 'HTTP/1.1', 'content-length'],
  ['transfer-encoding', 'chunked,chunked', 'HTTP/1.1', 'transfer-encoding'],
  ['accept', 'text/html,*/*', 'HTTP/1.1', null],
  ['authorization', 'Bearer a!', 'HTTP/1.1', 'header-repeated'],
  ['cookie', 'a=1!', 'HTTP/2', 'header-repeated'],
])('merged `%s: %s` over %s: %s', (name, value, protocol, code) => {
  expect(codeOf(check({ protocol, ...merged({ [name]: value }) }))).toBe(code)
})

test.each([
  ['x-tenant', 'a,b', 2, undefined],
  ['x-tenant', 'a,b,c,d', 2, undefined],
  ['x-tenant', 'a,', 2, undefined],
  ['x-tenant', ',', 2, undefined],
  ['x-tenant', 'a!', 2, undefined],
  ['X-Tenant', 'a,b', 2, undefined],
  ['x_tenant', 'a', 2, undefined],
  ['x-tenant', 'a', 1, 'a'],
  ['x-tenant', '', 1, ''],
])('a rule that reads `x-tenant` of merged `%s: %s` finds %i', (name, value, count, only) => {
  const { headers } = requestOf(check(merged({ [name]: value })))
  expect([headers.count('x-tenant'), headers.get('x-tenant')]).toEqual([count, only])
})

test('two entries of one name in the map are two lines', () => {
  const headers = ['a', 'b'].map((value) => ({ key: 'x-tenant', value }))
  expect(requestOf(check({ headers })).headers.count('x-tenant')).toBe(2)
})

test('a comma in a raw value is the client’s', () => {
  const { headers } = requestOf(check(raw(['x-tenant', 'a,b'])))
  expect(headers.get('x-tenant')).toBe('a,b')
  expect(requestOf(check(raw(['x-tenant', 'a'], ['x-tenant', 'b']))).headers.count('x-tenant')).toBe(2)
  expect(codeOf(check(raw(['x-tenant', '\xe9'])))).toBe('header-value')
  expect(codeOf(check(raw(['x tenant', 'a'])))).toBe('header-name')
})

test('cookies that HTTP/2 split are joined; those of HTTP/1.1 are refused', () => {
  const cookies = raw(['cookie', 'a=1'], ['cookie', 'b=2'])
  expect(requestOf(check({ ...cookies, protocol: 'HTTP/2' })).headers.get('cookie')).toBe('a=1; b=2')
  expect(codeOf(check(cookies))).toBe('header-repeated')
})

test('what is too large is refused, and is not in records', () => {
  const many = Array.from({ length: 101 }, (_, at) => ({ key: `x-${at}`, value: '' }))
  expect(codeOf(check({ headers: many }))).toBe('headers-too-many')
  expect(codeOf(check({ headers: [...many, ...many] }))).toBe('headers-too-many')
  expect(codeOf(check({ headerMap: { headers: [...many, ...many] } }))).toBe('headers-too-many')
  expect(codeOf(check(merged({ a: 'a'.repeat(20_000) })))).toBe('headers-too-large')
  expect(codeOf(check({ path: `/${'a'.repeat(9000)}` }))).toBe('target-too-long')
  const long = 'A'.repeat(1_000_000)
  const message = check({ method: long, path: long }, { address: { socketAddress: { address: long } } })
  const { method, target, peer } = readCheckRequest(message, '192.0.2.1')
  expect([method.length, target.length, peer]).toEqual([32, 8192, '192.0.2.1'])
})

const LENGTH = { 'content-length': '5' }
const FIVE = Buffer.from('12345')

test.each<[string, HttpRequestMessage, string | null]>([
  ['whole', { ...merged(LENGTH), rawBody: FIVE }, '12345'],
  ['whole, as Envoy says', { ...merged({ ...LENGTH, 'x-envoy-auth-partial-body': 'false' }), rawBody: FIVE }, '12345'],
  ['whole, raw headers', { ...raw(['Content-Length', '5']), rawBody: FIVE }, '12345'],
  ['a part, as Envoy says', { ...merged({ ...LENGTH, 'x-envoy-auth-partial-body': 'true' }), rawBody: FIVE }, 'incomplete'],
  ['perhaps a part', { ...merged({ ...LENGTH, 'x-envoy-auth-partial-body': 'false,false' }), rawBody: FIVE }, 'incomplete'],
  [
    'perhaps a part, raw',
    { ...raw(['content-length', '5'], ...two('x-envoy-auth-partial-body', 'false')), rawBody: FIVE },
    'incomplete',
  ],
  ['shorter', { ...merged({ 'content-length': '6' }), rawBody: FIVE }, 'incomplete'],
  ['longer', { ...merged({ 'content-length': '4' }), rawBody: FIVE }, 'incomplete'],
  ['not sent', merged(LENGTH), 'incomplete'],
  ['as text of unknown length', { ...merged({ a: '1' }), body: '12345' }, 'incomplete'],
  ['perhaps not sent', { ...merged({ a: '1' }), method: 'POST' }, 'incomplete'],
  ['perhaps one of no bytes', { ...merged({ a: '1' }), method: 'POST', rawBody: Buffer.alloc(0) }, 'incomplete'],
  ['none, as the length says', { ...merged({ 'content-length': '0' }), method: 'POST' }, null],
  ['as text', { ...merged(LENGTH), body: '12345' }, 'incomplete'],
  ['of unknown length', { ...merged({ a: '1' }), rawBody: FIVE }, 'incomplete'],
  ['chunked', { ...merged({ 'transfer-encoding': 'chunked' }), rawBody: FIVE }, 'incomplete'],
  ['chunked, and not sent', merged({ 'transfer-encoding': 'chunked' }), 'incomplete'],
  ['with a length that is none', { ...merged({ 'content-length': '0x5' }), rawBody: FIVE }, 'incomplete'],
  ['of no bytes', merged({ 'content-length': '0' }), null],
  ['none', merged({ a: '1' }), null],
])('a body: %s', (_, changes, expected) => {
  const { body } = readCheckRequest(check(changes), '')
  expect(Buffer.isBuffer(body) ? body.toString() : body).toBe(expected)
})

function two(name: string, value: string): readonly (readonly [string, string])[] {
  return [
    [name, value],
    [name, value],
  ]
}

describe('a proxy before Envoy', () => {
  const proxies = [parseAddressRange('192.0.2.0/24') as AddressRange]
  const client = (lines: readonly (readonly [string, string])[], header: Trust['header'] = 'x-forwarded-for') => {
    const canonical = readCheckRequest(check(raw(['accept', '*/*'], ...lines)), '', { proxies, header }).canonicalize()
    return canonical.ok ? [canonical.request.sourceIp, canonical.request.scheme] : canonical.refusal.code
  }

  test.each<[string, readonly (readonly [string, string])[], readonly string[] | string]>([
    ['nothing', [], 'client-address'],
    ['itself alone', [['x-forwarded-for', '192.0.2.7']], 'client-address'],
    ['the client', [['x-forwarded-for', '198.51.100.1']], ['198.51.100.1', 'https']],
    ['the client, and Envoy the proxy', [['x-forwarded-for', '198.51.100.1,192.0.2.7']], ['198.51.100.1', 'https']],
    ['the client after what it claims', [['x-forwarded-for', '::1, 198.51.100.1, 192.0.2.7']], ['198.51.100.1', 'https']],
    [
      'the scheme, after what the client claims',
      [
        ['x-forwarded-for', '::1, 198.51.100.1,192.0.2.7'],
        ['x-forwarded-proto', 'https, http'],
      ],
      ['198.51.100.1', 'http'],
    ],
    ['no address', [['x-forwarded-for', 'unknown, 192.0.2.7']], 'client-address'],
  ])('states %s', (_, lines, expected) => {
    expect(client(lines)).toEqual(expected)
  })

  test('states the client by `Forwarded`', () => {
    const lines = [
      ['forwarded', 'for=198.51.100.1;proto=http'],
      ['x-forwarded-for', '::1,192.0.2.7'],
    ] as const
    expect(client(lines, 'forwarded')).toEqual(['198.51.100.1', 'http'])
  })

  test('is not believed unless it is trusted', () => {
    const lines = raw(['x-forwarded-for', '198.51.100.1'], ['x-forwarded-proto', 'http'])
    const { sourceIp, scheme } = requestOf(check(lines))
    expect([sourceIp, scheme]).toEqual(['192.0.2.7', 'https'])
  })
})

const svid = (uri: string) => makeCertificate({ subject: 'x', uris: [uri], usage: 'client', keyUsage: ['digitalSignature'] })
const leaf = svid('spiffe://shop.example/orders')
const encoded = encodeURIComponent(leaf.cert)
const certificates = new Certificates(new Map(), () => null)
const workloadOf = (message: CheckRequestMessage) => certificates.workloadOf(requestOf(message), {}, Date.now() / 1000)

test('the certificate of the client is read from the source', () => {
  expect(workloadOf(check({}, { ...SOURCE, certificate: encoded }))).toMatchObject({ spiffe_id: 'spiffe://shop.example/orders' })
})

test('the certificate of a proxy before Envoy is not that of the client', () => {
  const lines = raw(['accept', '*/*'], ['x-forwarded-for', '198.51.100.1'])
  const message = check(lines, { ...SOURCE, certificate: encoded, principal: 'spiffe://shop.example/orders' })
  const trust = { proxies: [parseAddressRange('192.0.2.0/24') as AddressRange], header: 'x-forwarded-for' } as const
  const checked = readCheckRequest(message, '', trust)
  expect([checked.mayLackCertificate, readCheckRequest(message, '').mayLackCertificate]).toEqual([true, false])
  expect(checked.canonicalize()).toMatchObject({ ok: true, request: { sourceIp: '198.51.100.1', certificateIn: null } })
})

test.each<[string, PeerMessage]>([
  ['a name without a certificate', { principal: 'spiffe://shop.example/orders' }],
  ['no PEM', { certificate: 'x' }],
  ['a quote', { certificate: `${encoded}";Hash="x` }],
  ['two certificates', { certificate: encoded + encoded }],
  ['more than a header may have', { certificate: encoded + 'A'.repeat(20_000) }],
])('a certificate that cannot be read is refused: %s', (_, peer) => {
  expect(workloadOf(check({}, { ...SOURCE, ...peer }))).toMatchObject({ kind: 'refused', code: 'certificate-forwarded' })
})

test('a client cannot send a certificate by a header', () => {
  const forged = merged({ 'x-forwarded-client-cert': `Cert="${encoded}"` })
  expect(workloadOf(check(forged))).toBe(null)
  const other = svid('spiffe://shop.example/other')
  const both = check(forged, { ...SOURCE, certificate: encodeURIComponent(other.cert) })
  expect(workloadOf(both)).toMatchObject({ spiffe_id: 'spiffe://shop.example/other' })
  // The asking proxy is told to remove it.
  expect([...requestOf(both).headers.entries()].map(([name]) => name)).toContain('x-forwarded-client-cert')
})
