import { deepEqual, equal, match } from 'node:assert/strict'
import { reached, refused } from '../../tests/fronts/cases/front-case.ts'
import type { Backends, Stand } from '../../tests/fronts/stand.ts'
import { goCases } from '../support/go-cases.ts'
import { askAt, type OwnCase } from '../support/own-case.ts'

/** Starts another Caddy with a changed example. Returns its port. */
type StartCaddy = (backends?: Backends, change?: (text: string) => string) => Promise<number>

/** Proxies before Caddy. `docs/guides/gateways/caddy.md` has these lines. */
const BEHIND_PROXY = (text: string) =>
  replaced(
    replaced(text, '\tservers {\n', '\tservers {\n\t\ttrusted_proxies static 127.0.0.1/32\n\t\ttrusted_proxies_strict\n'),
    'request_header -X-Forwarded-*',
    ['Host', 'Method', 'Port', 'Prefix', 'Scheme', 'Server', 'Ssl', 'Uri']
      .map((name) => `request_header -X-Forwarded-${name}`)
      .join('\n'),
  )

export const caddyCases =
  (start: StartCaddy, backends: Backends) =>
  (stand: Stand): readonly OwnCase[] => [
    ...goCases(stand),
    ...headerCases(start, stand),
    ...proxyCases(start, backends, stand),
    [
      'without an answer to its check, nothing passes',
      async () => {
        const { answer, seen } = await askAt(stand, await start({ ...backends, checks: '127.0.0.1:9' }), 'GET /open/a')
        deepEqual([answer.status, seen], [502, []])
      },
    ],
    [
      'a rule on a body refuses, because no check has one',
      async () => {
        const json = ['Content-Type: application/json']
        refused(await stand.ask('POST /orders', json, '{"amount":1}'), 413, 'body-incomplete')
      },
    ],
    [
      'a permit with a limit has its policy, and one without has no headers of a limit',
      async () => {
        const { answer } = await stand.ask('GET /report', [`Authorization: Bearer ${stand.token('ned')}`])
        match(answer.headers.get('ratelimit-policy') ?? '', /q=2/)
        const open = await stand.ask('GET /open/a')
        deepEqual([open.answer.headers.get('ratelimit'), open.answer.headers.get('ratelimit-policy')], [undefined, undefined])
      },
    ],
    [
      'a prefix that Caddy removes before the check is no part of the decision',
      async () => {
        const port = await start(undefined, (text) => replaced(text, '\timport iap', '\turi strip_prefix /shop\n\t\timport iap'))
        refused(await askAt(stand, port, 'GET /shop/admin/a'), 401, 'unauthenticated')
        equal(reached(await askAt(stand, port, 'GET /shop/open/a?x')).url, '/open/a?x')
      },
    ],
    [
      'a host without a site gets no page',
      async () => equal((await stand.send('GET /open/a HTTP/1.1\nHost: other.test\nConnection: close\n\n')).answer.status, 421),
    ],
  ]

function headerCases(start: StartCaddy, stand: Stand): readonly OwnCase[] {
  return [
    [
      'text in braces of a cookie is not replaced',
      async () => {
        const cookie = 'a={env.HOME}; b={http.request.host}'
        equal(reached(await stand.ask('GET /open/a', [`Cookie: ${cookie}`])).headers.cookie, cookie)
      },
    ],
    [
      'without `request_header -Connection`, a client removes the assertion',
      async () => {
        const lines = ['Connection: close, x-iap-assertion']
        const port = await start(undefined, (text) => replaced(text, 'request_header @other -Connection', ''))
        equal(reached(await askAt(stand, port, 'GET /open/a', lines)).headers['x-iap-assertion'], undefined)
        match(String(reached(await stand.ask('GET /open/a', lines)).headers['x-iap-assertion']), /^[\w-]+\.[\w-]+\.[\w-]+$/)
      },
    ],
    [
      'a WebSocket keeps its assertion, whatever `Connection` names',
      async () => {
        const { answer, seen } = await stand.ask('GET /open/socket', [
          'Connection: Upgrade, x-iap-assertion, x-tier',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ])
        equal(answer.status, 101)
        const [request] = seen
        deepEqual([request?.headers['x-tier'], typeof request?.headers['x-iap-assertion']], ['open', 'string'])
      },
    ],
    [
      '`copy_headers` alone removes what a permit lacks',
      async () => {
        const port = await start(undefined, (text) => text.replaceAll(/\trequest_header -X-Iap-\*\n/g, ''))
        const lines = [`Authorization: Bearer ${stand.token('ada')}`, 'X-Tier: gold', 'X-Iap-Assertion: forged']
        const { headers, lines: all } = reached(await askAt(stand, port, 'GET /account/1', lines))
        deepEqual([headers['x-tier'], headers.authorization, all['x-iap-assertion']?.length], [undefined, undefined, 1])
        equal(
          (await stand.verifier.verifyRequest({ rawHeaders: ['x-iap-assertion', String(headers['x-iap-assertion'])] })).subject,
          'ada',
        )
      },
    ],
  ]
}

function proxyCases(start: StartCaddy, backends: Backends, stand: Stand): readonly OwnCase[] {
  const behind = { ...backends, checks: backends.more?.[0] as string }
  return [
    [
      'behind a trusted proxy, the client is the one that the proxy names',
      async () => {
        const port = await start(behind, BEHIND_PROXY)
        const lines = ['X-Forwarded-For: 6.6.6.6, 10.0.0.7', 'X-Forwarded-Proto: https']
        const { headers } = reached(await askAt(stand, port, 'GET /open/a', lines))
        const { source } = await stand.record(headers['x-iap-request-id'] as string)
        deepEqual([source, headers['x-forwarded-proto']], ['10.0.0.7', 'https'])
      },
    ],
    [
      'behind a trusted proxy, a client states neither host, method nor path',
      async () => {
        const port = await start(behind, BEHIND_PROXY)
        const from = 'X-Forwarded-For: 10.0.0.7'
        for (const line of ['X-Forwarded-Host: other.test', 'X-Forwarded-Uri: /open/a', 'X-Forwarded-Method: OPTIONS']) {
          refused(await askAt(stand, port, 'GET /admin/a', [from, line]), 401, 'unauthenticated')
          const { url, method, lines } = reached(await askAt(stand, port, 'GET /open/a', [from, line]))
          deepEqual(
            [url, method, lines[line.split(':')[0]?.toLowerCase() ?? '']?.includes(line.split(': ')[1] ?? '') ?? false],
            ['/open/a', 'GET', false],
          )
        }
      },
    ],
    [
      'behind a trusted proxy, a client without an address is refused',
      async () => refused(await askAt(stand, await start(behind, BEHIND_PROXY), 'GET /open/a'), 400, 'client-address'),
    ],
    [
      'behind a trusted proxy, without both settings, a client chooses the host that is decided',
      async () => {
        const port = await start(behind, (text) =>
          replaced(
            replaced(BEHIND_PROXY(text), 'request_header -X-Forwarded-Host', ''),
            'header_up X-Forwarded-Host {hostport}',
            '',
          ),
        )
        const lines = ['X-Forwarded-For: 10.0.0.7', 'X-Forwarded-Host: other.test']
        refused(await askAt(stand, port, 'GET /open/a', lines), 403, 'no-route')
      },
    ],
  ]
}

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the example lacks \`${from}\``)
  return text.replace(from, to)
}
