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
  ...[
    'X-Iap-User',
    'X_Iap_User',
    'X.Iap.User',
    'x-IAP_user',
    'X--Iap-User',
    'X-Iap-Assertion',
    'X_IAP_ASSERTION',
    'X-Iap',
    'X_IAP',
    '-X-Iap-User',
    '_x_iap_user_',
    'X..Iap..User',
    'X~Iap~User',
    'X!Iap!User',
    "X'Iap'User",
    'X|Iap|User',
  ].map(
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
  ...['content-length', 'transfer-encoding', 'host', 'connection'].map(
    (name): ThreatCase => ({
      name: `Connection names ${name}, and the body stays what it is`,
      records: 'Apache CVE-2022-31813',
      send: request('POST /public/a HTTP/1.1', [`Connection: close, ${name}`, 'Content-Length: 5'], 'hello'),
      status: 200,
      reaches: { method: 'POST', url: '/public/a', body: 'hello', has: { host: /^app\.test$/ } },
    }),
  ),
  ...['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-iap-request-id', 'X_Iap_Request_Id'].map(
    (name): ThreatCase => ({
      name: `Connection names ${name}, which the proxy sets`,
      records: 'Apache CVE-2022-31813',
      send: asUser(`Connection: close, ${name}`, `${name}: forged`),
      status: 200,
      reaches: {
        url: '/api/x',
        has: {
          'x-forwarded-for': /^127\.0\.0\.1$/,
          'x-forwarded-proto': /^http$/,
          'x-forwarded-host': /^app\.test$/,
          'x-iap-request-id': /^[0-9a-f-]{36}$/,
        },
      },
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
  ...[
    'X-Forwarded-Uri: /public/a',
    'X-Original-URL: /public/a',
    'X_Original_URL: /public/a',
    'X-Original-URI: /public/a',
    'X-Rewrite-URL: /public/a',
    'X.Rewrite.URL: /public/a',
    'X-Forwarded-Prefix: /public',
    'X-Forwarded-Path: /public/a',
    'X-Envoy-Original-Path: /public/a',
    'X-Accel-Redirect: /public/a',
    'Content-Location: /public/a',
    'Referer: http://app.test/public/a',
    'Origin: http://app.test',
    'X-Forwarded-For: 127.0.0.1',
    'X-Auth-Request-User: admin',
    'X-Forwarded-User: admin',
    'Remote-User: admin',
  ].map(
    (line): ThreatCase => ({
      name: `another path in a header: ${line}`,
      records: 'oauth2-proxy CVE-2026-40575, authentik CVE-2024-47070',
      send: get('/admin', line),
      status: 401,
    }),
  ),
  ...[
    'X-Forwarded-For',
    'X_Forwarded_For',
    'X.Forwarded.For',
    'X-Forwarded-Proto',
    'X_Forwarded_Proto',
    'X-Forwarded-Host',
    'X_FORWARDED_HOST',
    'X-Forwarded-Port',
    'X-Forwarded-Server',
    'X-Forwarded-Client-Cert',
    'Forwarded',
    '_Forwarded',
    'X-Real-IP',
    'X_Real_IP',
    'X-Client-IP',
    'True-Client-IP',
    'X-Original-URL',
    'X_Rewrite_URL',
    'X-HTTP-Method',
    'X_HTTP_Method_Override',
    'X-Method-Override',
  ].map(
    (name): ThreatCase => ({
      name: `what only a proxy may say does not go on: ${name}`,
      records: 'oauth2-proxy CVE-2026-76835, Traefik CVE-2026-88011',
      send: get('/public/a', `${name}: forged`),
      status: 200,
      reaches: {
        url: '/public/a',
        has: { 'x-forwarded-for': /^127\.0\.0\.1$/, 'x-forwarded-proto': /^http$/, 'x-forwarded-host': /^app\.test$/ },
      },
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
  ...[
    ['Proxy-Authorization', 'Basic eA=='],
    ['Content-Type', 'text/plain'],
    ['Origin', 'http://app.test'],
  ].map(
    ([name, value]): ThreatCase => ({
      name: `two lines of ${name}`,
      records: 'Envoy CVE-2026-26308',
      send: get('/public/a', `${name}: ${value}`, `${name}: ${value}`),
      status: 400,
    }),
  ),
  { name: 'two credentials in one line', send: get('/api/x', 'Authorization: Bearer a, Bearer b'), status: 401 },
  { name: 'a credential of two schemes', send: get('/api/x', 'Authorization: Basic eA==, Bearer b'), status: 401 },
  { name: 'an empty credential', send: get('/api/x', 'Authorization:'), status: 401 },
  {
    name: 'a credential in another spelling',
    send: (tokens) => get('/api/x', `Authorization_: Bearer ${tokens.user}`),
    status: 401,
  },
  {
    name: 'a credential in the query',
    send: (tokens) => get(`/api/x?access_token=${tokens.user}`),
    status: 401,
  },
  {
    name: 'what is for a proxy does not go on',
    send: get('/public/a', 'Proxy-Authorization: Basic Zm9yZ2Vk', 'Proxy-Connection: forged', 'Keep-Alive: forged'),
    status: 200,
    reaches: { url: '/public/a', without: ['proxy-authorization', 'proxy-connection', 'keep-alive'] },
  },
  ...['100-continue, x', '200-ok', 'x', '100-continue; a=b'].map(
    (value): ThreatCase => ({
      name: `Expect: ${value}`,
      send: request('POST /public/a HTTP/1.1', [`Expect: ${value}`, 'Content-Length: 5'], 'hello'),
      status: 417,
    }),
  ),
  ...['X-A@B', 'X-A(B', 'X-A"B', 'X-A/B', 'X-A B', 'X-A{', 'X-A\u0000', ''].map(
    (name): ThreatCase => ({
      name: `no name of a header: ${JSON.stringify(name)}`,
      send: get('/public/a', `${name}: a`),
      status: 400,
    }),
  ),
  ...['\u0001', '\u0008', '\u000b', '\u000c', '\u007f', '\u0080', '\u00ff'].map(
    (character): ThreatCase => ({
      name: `in a value ${JSON.stringify(character)}`,
      send: get('/public/a', `X-A: a${character}b`),
      status: 400,
    }),
  ),
  { name: 'a byte above 0x7f in a value', send: get('/public/a', 'X-A: caf\u00e9'), status: 400 },
  { name: 'a byte above 0x7f in a name', send: get('/public/a', 'X-\u00e9: a'), status: 400 },
  { name: 'a null byte in a value', send: get('/public/a', 'X-A: a\u0000b'), status: 400 },
  { name: 'a control byte in a value', send: get('/public/a', 'X-A: a\u001bb'), status: 400 },
  ...['Host: evil.test', 'Authorization: Bearer forged', 'X-Tenant: evil'].map(
    (line): ThreatCase => ({
      name: `a trailer that would be another request: ${line}`,
      send: request('POST /public/a HTTP/1.1', ['Transfer-Encoding: chunked'], `5\r\nhello\r\n0\r\n${line}\r\n\r\n`),
      status: 200,
      reaches: {
        method: 'POST',
        url: '/public/a',
        body: 'hello',
        without: ['authorization', 'x-tenant'],
        has: { host: /^app\.test$/ },
      },
    }),
  ),
  ...['Content-Length: 99', 'Transfer-Encoding: chunked'].map(
    (line): ThreatCase => ({
      name: `a trailer that would be other framing: ${line}`,
      send: request('POST /public/a HTTP/1.1', ['Transfer-Encoding: chunked'], `5\r\nhello\r\n0\r\n${line}\r\n\r\n`),
      status: 400,
    }),
  ),
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
