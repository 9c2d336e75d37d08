import { NO_ROUTE, type ThreatCase } from './threat-case.ts'
import { get, request } from './wire.ts'

export const hostCases: readonly ThreatCase[] = [
  { name: 'in upper case is the same', send: get('/public/a', 'Host: APP.Test'), status: 200, reaches: { url: '/public/a' } },
  {
    name: 'with a dot at the end is the same',
    send: get('/public/a', 'Host: app.test.'),
    status: 200,
    reaches: { url: '/public/a' },
  },
  { name: 'with a port is the same', send: get('/public/a', 'Host: app.test:8080'), status: 200, reaches: { url: '/public/a' } },
  {
    name: 'spelled otherwise is not more open',
    records: 'Istio GHSA-7774, Authelia GHSA-j748',
    send: get('/admin', 'Host: APP.TEST.'),
    status: 401,
  },
  { name: 'in two lines', send: get('/public/a', 'Host: app.test', 'Host: app.test'), status: 400 },
  { name: 'in two lines that differ', send: get('/public/a', 'Host: app.test', 'Host: t.corp.test'), status: 400 },
  ...[
    'good@evil',
    'a b',
    'app.test:99999',
    'app.test:',
    'app.test/x',
    'app.test, evil.test',
    '',
    '[::1',
    '127.1',
    '%61pp.test',
  ].map((host): ThreatCase => ({ name: `malformed: ${host}`, send: get('/public/a', `Host: ${host}`), status: 400 })),
  { name: 'missing', send: 'GET /public/a HTTP/1.1\r\nConnection: close\r\n\r\n', status: 400 },
  { name: 'missing in HTTP/1.0', send: 'GET /public/a HTTP/1.0\r\n\r\n', status: 400 },
  { name: 'in the target', send: request('GET http://t.corp.test/x HTTP/1.1'), status: 400 },
  { name: 'of a wildcard', send: get('/a', 'Host: t.corp.test'), status: 200, reaches: { url: '/a' } },
  ...['corp.test.evil', 'xcorp.test', 'corp.test', 'a.b.corp.test'].map(
    (host): ThreatCase => ({ name: `beside a wildcard: ${host}`, send: get('/a', `Host: ${host}`), status: NO_ROUTE }),
  ),
]
