import type { ThreatCase, Tokens } from './threat-case.ts'
import { get, request } from './wire.ts'

const asUser =
  (...lines: string[]) =>
  (tokens: Tokens) =>
    get('/api/x', `Authorization: Bearer ${tokens.user}`, ...lines)

/** A compact JWS. */
const JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

export const headerCases: readonly ThreatCase[] = [
  {
    name: 'a user reaches /api with an assertion and without the credential',
    send: asUser(),
    status: 200,
    reaches: { url: '/api/x', without: ['authorization'], has: { 'x-iap-assertion': JWS } },
  },
  ...['X-Iap-User', 'X_Iap_User', 'X.Iap.User', 'x-IAP_user', 'X--Iap-User', 'X-Iap-Assertion', 'X_IAP_ASSERTION'].map(
    (name): ThreatCase => ({
      name: `an own header from the client, anonymous: ${name}`,
      records: 'oauth2-proxy CVE-2025-64484, Caddy GHSA-7r4p',
      send: get('/public/a', `${name}: forged`),
      status: 200,
      reaches: { url: '/public/a', without: ['x-iap-user'], has: {} },
    }),
  ),
  ...['X-Iap-Assertion', 'x_iap_assertion', 'X.Iap.Assertion'].map(
    (name): ThreatCase => ({
      name: `an assertion from the client: ${name}`,
      send: asUser(`${name}: forged`),
      status: 200,
      reaches: { url: '/api/x', has: { 'x-iap-assertion': JWS } },
    }),
  ),
  {
    name: 'Connection names the assertion',
    records: 'Apache CVE-2022-31813',
    send: asUser('Connection: close, x-iap-assertion'),
    status: 200,
    reaches: { url: '/api/x', has: { 'x-iap-assertion': JWS } },
  },
  {
    name: 'Connection names Host and a header of the request',
    records: 'Apache CVE-2022-31813',
    send: get(
      '/public/a',
      'Connection: close, host, x-foo',
      'X-Foo: bar',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'Proxy-Connection: x',
    ),
    status: 200,
    reaches: { url: '/public/a', without: ['x-foo', 'keep-alive', 'proxy-connection'], has: { host: /./ } },
  },
  {
    name: 'Connection takes away the credential',
    send: asUser('Connection: close, authorization'),
    status: 401,
  },
  {
    name: 'Connection takes away a header that a rule forbids, from the service too',
    send: asUser('Connection: close, x-tenant', 'X-Tenant: evil'),
    status: 200,
    reaches: { url: '/api/x', without: ['x-tenant'] },
  },
  { name: 'a header that a rule forbids', send: asUser('X-Tenant: evil'), status: 403 },
  { name: 'the same in two lines', send: asUser('X-Tenant: good', 'X-Tenant: evil'), status: 400 },
  { name: 'the same in another spelling', records: 'oauth2-proxy CVE-2025-64484', send: asUser('X_Tenant: evil'), status: 400 },
  ...['X-Forwarded-Uri: /public/a', 'X-Original-URL: /public/a', 'X-Rewrite-URL: /public/a', 'X-Forwarded-Prefix: /public'].map(
    (line): ThreatCase => ({
      name: `another path in a header: ${line}`,
      records: 'oauth2-proxy CVE-2026-40575, authentik CVE-2024-47070',
      send: get('/admin', line),
      status: 401,
    }),
  ),
  {
    name: 'another host in a header',
    send: get('/admin', 'X-Forwarded-Host: t.corp.test', 'Forwarded: host=t.corp.test'),
    status: 401,
  },
  { name: 'another method in a header', send: get('/admin', 'X-HTTP-Method-Override: OPTIONS'), status: 401 },
  {
    name: 'another address in a header does not go on',
    records: 'oauth2-proxy CVE-2026-76835',
    send: get(
      '/public/a',
      'X-Forwarded-For: garbage',
      'X_Forwarded_For: garbage',
      'X-Real-IP: garbage',
      'Forwarded: for=garbage',
    ),
    status: 200,
    reaches: { url: '/public/a', without: [], has: {} },
  },
  ...['kube-probe/1.30', 'GoogleHC/1.0', 'ELB-HealthChecker/2.0'].map(
    (agent): ThreatCase => ({
      name: `a health checker's name: ${agent}`,
      send: get('/admin', `User-Agent: ${agent}`),
      status: 401,
    }),
  ),
  {
    name: 'two Authorization lines',
    send: (tokens) => get('/api/x', `Authorization: Bearer ${tokens.user}`, `Authorization: Bearer ${tokens.admin}`),
    status: 400,
  },
  { name: 'a byte above 0x7f in a value', send: get('/public/a', 'X-A: caf\u00e9'), status: 400 },
  { name: 'a byte above 0x7f in a name', send: get('/public/a', 'X-\u00e9: a'), status: 400 },
  { name: 'a null byte in a value', send: get('/public/a', 'X-A: a\u0000b'), status: 400 },
  { name: 'a control byte in a value', send: get('/public/a', 'X-A: a\u001bb'), status: 400 },
  {
    name: 'own headers as trailers',
    send: request(
      'POST /public/a HTTP/1.1',
      ['Transfer-Encoding: chunked', 'Trailer: x-iap-user'],
      '5\r\nhello\r\n0\r\nx-iap-user: forged\r\nX_Iap_User: forged\r\n\r\n',
    ),
    status: 200,
    reaches: { method: 'POST', url: '/public/a', body: 'hello', without: ['x-iap-user'] },
  },
]
