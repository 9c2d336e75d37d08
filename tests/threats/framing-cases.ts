import type { ThreatCase } from './threat-case.ts'

/** What a smuggler would have read as a second request. */
const smuggled = 'GET /public/smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n'

const post = (lines: readonly string[], body = '') =>
  `POST /public/a HTTP/1.1\r\nHost: app.test\r\n${lines.join('\r\n')}\r\n\r\n${body}`

const RECORDS = 'Node CVE-2022-32213, CVE-2022-32214, CVE-2022-32215, undici CVE-2026-1525'

export const framingCases: readonly ThreatCase[] = [
  {
    name: 'a length',
    send: post(['Connection: close', 'Content-Length: 5'], 'hello'),
    status: 200,
    reaches: { method: 'POST', url: '/public/a', body: 'hello' },
  },
  {
    name: 'chunks',
    send: post(['Connection: close', 'Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'),
    status: 200,
    reaches: { method: 'POST', url: '/public/a', body: 'hello' },
  },
  ...[
    { name: 'length and chunks', lines: ['Content-Length: 5', 'Transfer-Encoding: chunked'], body: '0\r\n\r\n' },
    { name: 'chunks and length', lines: ['Transfer-Encoding: chunked', 'Content-Length: 5'], body: '0\r\n\r\n' },
    { name: 'two lengths', lines: ['Content-Length: 0', 'Content-Length: 5'], body: '' },
    { name: 'two lengths that agree', lines: ['Content-Length: 5', 'Content-Length: 5'], body: 'hello' },
    { name: 'a list of lengths', lines: ['Content-Length: 5, 5'], body: 'hello' },
    { name: 'Content-Length: +5', lines: ['Content-Length: +5'], body: 'hello' },
    { name: 'Content-Length: -5', lines: ['Content-Length: -5'], body: 'hello' },
    { name: 'Content-Length: 0x5', lines: ['Content-Length: 0x5'], body: 'hello' },
    { name: 'Transfer-Encoding: identity', lines: ['Transfer-Encoding: identity'], body: '' },
    { name: 'Transfer-Encoding: gzip, chunked', lines: ['Transfer-Encoding: gzip, chunked'], body: '0\r\n\r\n' },
    { name: 'Transfer-Encoding: chunked, identity', lines: ['Transfer-Encoding: chunked, identity'], body: '0\r\n\r\n' },
    { name: 'Transfer-Encoding: xchunked', lines: ['Transfer-Encoding: xchunked'], body: '0\r\n\r\n' },
    { name: 'Transfer-Encoding twice', lines: ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], body: '0\r\n\r\n' },
    { name: 'Transfer_Encoding', lines: ['Transfer_Encoding: chunked'], body: '' },
    { name: 'a space before the colon', lines: ['Transfer-Encoding : chunked'], body: '0\r\n\r\n' },
    { name: 'obs-fold', lines: ['X-A: a', ' b'], body: '' },
    { name: 'obs-fold of Transfer-Encoding', lines: ['Transfer-Encoding:', ' chunked'], body: '0\r\n\r\n' },
    { name: 'a bare LF after a header', lines: ['X-A: a\nX-B: b'], body: '' },
    { name: 'a bare CR in a header', lines: ['X-A: a\rX-B: b'], body: '' },
    { name: 'a header without a colon', lines: ['X-A'], body: '' },
  ].map(
    ({ name, lines, body }): ThreatCase => ({
      name,
      records: RECORDS,
      send: post(lines, `${body}${smuggled}`),
      status: 400,
      closes: true,
    }),
  ),
  ...[
    { name: 'a chunk size with 0x', body: '0x5\r\nhello\r\n0\r\n\r\n' },
    { name: 'a negative chunk size', body: '-5\r\nhello\r\n0\r\n\r\n' },
    { name: 'a chunk size beyond 64 bits', body: '10000000000000005\r\nhello\r\n0\r\n\r\n' },
    { name: 'a chunk size that ends with a bare LF', body: '5\nhello\r\n0\r\n\r\n' },
    { name: 'a chunk extension that ends with a bare LF', body: '5;a=b\nhello\r\n0\r\n\r\n' },
    { name: 'a chunk extension with a bare CR', body: '5;a=b\rc\r\nhello\r\n0\r\n\r\n' },
    { name: 'a chunk that is longer than it says', body: '5\r\nhello!!\r\n0\r\n\r\n' },
  ].map(
    ({ name, body }): ThreatCase => ({
      name,
      records: RECORDS,
      send: post(['Transfer-Encoding: chunked'], `${body}${smuggled}`),
      status: 400,
      closes: true,
    }),
  ),
  {
    name: 'a body of a GET that looks like a request stays a body',
    records: RECORDS,
    send: `GET /public/a HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    status: 200,
    reaches: { url: '/public/a', body: smuggled },
  },
  { name: 'bare LF', records: RECORDS, send: 'GET /public/a HTTP/1.1\nHost: app.test\n\n', status: 400, closes: true },
  {
    name: 'chunks in HTTP/1.0',
    send: `POST /public/a HTTP/1.0\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    status: 400,
    closes: true,
  },
  {
    name: 'HTTP/2.0 on a request line',
    send: 'GET /public/a HTTP/2.0\r\nHost: app.test\r\n\r\n',
    status: [400, 505],
    closes: true,
  },
  { name: 'the preface of HTTP/2', send: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: [400, 505], closes: true },
  {
    name: 'Upgrade: h2c is not followed',
    send: 'GET /public/a HTTP/1.1\r\nHost: app.test\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
    status: [400, 501],
    closes: true,
  },
]
