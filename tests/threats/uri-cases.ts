import { NO_ROUTE, type ThreatCase } from './threat-case.ts'
import { get, request } from './wire.ts'

const asAdmin = (target: string) => (tokens: { readonly admin: string }) => get(target, `Authorization: Bearer ${tokens.admin}`)

export const uriCases: readonly ThreatCase[] = [
  { name: 'a public path is open', send: get('/public/a?b=%2F..'), status: 200, reaches: { url: '/public/a?b=%2F..' } },
  { name: 'an admin reaches /admin/x', send: asAdmin('/admin/x'), status: 200, reaches: { url: '/admin/x' } },
  ...refused('Envoy CVE-2019-9901', [
    '/public/../admin',
    '/public/./../admin',
    '/public/%2e%2e/admin',
    '/public/%2E%2e/admin',
    '/public/..%2fadmin',
    '/public/..%2Fadmin',
    '/public/..%5cadmin',
    '/public/\\..\\admin',
    '/public/..;/admin',
  ]),
  ...refused('Istio CVE-2021-31920, Envoy CVE-2021-29492', [
    '//admin',
    '/public//..//admin',
    '/public//admin',
    '/public/a%2f..%2fadmin',
  ]),
  ...refused('the authority comes from the target', [
    '//evil.test/x',
    '/\\evil.test/x',
    '/%5Cevil.test/x',
    'http://evil.test/public/a',
    '*',
  ]),
  ...refused('path parameters', ['/admin;x', '/admin%3Bx', '/public/a;b']),
  ...refused('oauth2-proxy CVE-2025-54576', ['/public/a#/../admin', '/public/a?x#y']),
  ...refused('null bytes, bad escapes, overlong UTF-8', [
    '/public/a%00b',
    '/public/a%zz',
    '/public/a%',
    '/public/%c0%af',
    '/public/a\u00ffb',
    '/public/a%0d%0aX-Iap-User:%20admin',
  ]),
  {
    name: 'a doubly escaped path is decoded once and forwarded as it came',
    send: get('/public/%252e%252e/admin'),
    status: 200,
    reaches: { url: '/public/%252e%252e/admin' },
  },
  { name: 'a query is no path', records: 'oauth2-proxy CVE-2025-54576', send: get('/admin?/public/'), status: 401 },
  { name: 'an escaped `?` is no query', send: get('/admin%3f/public/x'), status: NO_ROUTE },
  { name: '/admin without a caller', send: get('/admin'), status: 401 },
  { name: '/admin/ is not more open', send: get('/admin/'), status: 401 },
  { name: '/%61dmin is /admin', send: get('/%61dmin'), status: 401 },
  { name: '/admin. is no route', send: asAdmin('/admin.'), status: NO_ROUTE },
  { name: '/admin%20 is no route', send: asAdmin('/admin%20'), status: NO_ROUTE },
  { name: '/ADMIN is no route', send: asAdmin('/ADMIN'), status: NO_ROUTE },
  {
    name: 'a user is no admin',
    send: (tokens) => get('/admin/x', `Authorization: Bearer ${tokens.user}`),
    status: 403,
  },
  { name: 'OPTIONS *', send: request('OPTIONS * HTTP/1.1'), status: 400 },
  { name: 'TRACE', send: request('TRACE /public/a HTTP/1.1'), status: 405 },
  { name: 'TRACK', send: request('TRACK /public/a HTTP/1.1'), status: [400, 405] },
  { name: 'CONNECT', send: request('CONNECT evil.test:443 HTTP/1.1'), status: [400, 405], closes: true },
  { name: 'a method in lower case', send: request('get /public/a HTTP/1.1'), status: 400 },
  {
    name: 'dot segments with Upgrade',
    records: '@fastify/http-proxy CVE-2026-15631',
    send: request('GET /public/../admin HTTP/1.1', ['Connection: Upgrade', 'Upgrade: websocket']),
    status: 400,
    closes: true,
  },
  { name: 'a target of 9 kB', send: get(`/public/${'a'.repeat(9000)}`), status: 414 },
  { name: 'a target of 20 kB', send: get(`/public/${'a'.repeat(20_000)}`), status: [414, 431] },
  {
    name: '20 kB of headers',
    send: get('/public/a', ...Array.from({ length: 20 }, (_, i) => `X-${i}: ${'a'.repeat(1000)}`)),
    status: 431,
  },
  { name: '150 headers', send: get('/public/a', ...Array.from({ length: 150 }, (_, i) => `X-${i}: a`)), status: 431 },
]

function refused(records: string, targets: readonly string[]): ThreatCase[] {
  return targets.map((target) => ({ name: target, records, send: asAdmin(target), status: 400 }))
}
