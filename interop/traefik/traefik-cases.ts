import { deepEqual, equal } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askRaw } from '../../tests/fronts/ask.ts'
import { reached, refused } from '../../tests/fronts/cases/front-case.ts'
import { type Backends, HOST, type Stand } from '../../tests/fronts/stand.ts'
import { testAuthority } from '../../tests/support/test-authority.ts'
import { goCases } from '../support/go-cases.ts'
import { askAt, type OwnCase } from '../support/own-case.ts'
import type { TraefikChanges } from './start-traefik.ts'

/** Starts another Traefik with a changed example. Returns its port. */
type StartTraefik = (changes: TraefikChanges & { readonly backends?: Backends }) => Promise<number>

/** @param folder for files of the cases */
export const traefikCases =
  (start: StartTraefik, backends: Backends, folder: string) =>
  (stand: Stand): readonly OwnCase[] => [
    ...goCases(stand),
    ...bodyCases(stand),
    ...targetCases(start, stand),
    ...upgradeCases(start, stand),
    ...proxyCases(start, backends, stand),
    certificateCase(start, stand, folder),
    [
      'without an answer to its check, nothing passes',
      async () => {
        const port = await start({ backends: { ...backends, checks: '127.0.0.1:9' } })
        const { answer, seen } = await askAt(stand, port, 'GET /open/a')
        deepEqual([answer.status, seen], [500, []])
      },
    ],
  ]

const JSON_TYPE = 'Content-Type: application/json'

function bodyCases({ ask, send }: Stand): readonly OwnCase[] {
  const head = `POST /orders HTTP/1.1\nHost: ${HOST}\nConnection: close\n${JSON_TYPE}\nTransfer-Encoding: chunked\n\n`
  const chunked = (body: string) => send(`${head}${body.length.toString(16)}\n${body}\n0\n\n`)
  return [
    [
      'a chunked body is decided, and reaches the service',
      async () => {
        equal(reached(await chunked('{"amount":100}')).body, '{"amount":100}')
        refused(await chunked('{"amount":101}'), 403, 'denied')
      },
    ],
    [
      'a body after `Expect: 100-continue` is decided, and reaches the service',
      async () => {
        const lines = [JSON_TYPE, 'Expect: 100-continue']
        equal(reached(await ask('POST /orders', lines, '{"amount":100}')).body, '{"amount":100}')
        deepEqual((await ask('POST /orders', lines, '{"amount":101}')).seen, [])
      },
    ],
    [
      'a body beyond `maxBodySize` is refused with 401, without a check',
      async () => {
        // Go resets a connection that it closes before it has read all.
        const lines = [JSON_TYPE, 'Connection: keep-alive']
        const { answer, seen } = await ask('POST /orders', lines, `{"amount":1,"x":"${'x'.repeat(70_000)}"}`)
        deepEqual([answer.status, answer.headers.get('x-iap-error'), seen], [401, undefined, []])
      },
    ],
    [
      'a body that ends early reaches nobody',
      async () => {
        const { seen } = await send(`${head}e\n{"amount":100}\nzz\n`)
        deepEqual(seen, [])
      },
    ],
    [
      'a path that is written in another way gets no check with a body, and is refused',
      async () => {
        const body = '{"amount":1}'
        for (const path of ['/orders/', '/orders;a', '/ORDERS', '//orders', '/orders/.', '/x/../orders'])
          deepEqual([(await ask(`POST ${path}`, [JSON_TYPE], body)).seen, path], [[], path])
        equal(reached(await ask('POST /%6frders?a', [JSON_TYPE], body)).url, '/orders?a')
      },
    ],
    [
      'a WebSocket handshake with a body gets no check with a body',
      async () => {
        const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', JSON_TYPE]
        const { answer, seen } = await ask('POST /orders', [...lines], '{"amount":1}')
        deepEqual([answer.status, seen], [413, []])
      },
    ],
  ]
}

function targetCases(start: StartTraefik, stand: Stand): readonly OwnCase[] {
  return [
    [
      'escaped letters are decoded before the check',
      async () => {
        const { url, headers } = reached(await stand.ask('GET /open/%61%2d%7e?%61'))
        deepEqual([url, (await stand.record(headers['x-iap-request-id'] as string)).rawPath], ['/open/a-~?%61', '/open/a-~'])
        refused(await stand.ask('GET /%61dmin/a'), 401, 'unauthenticated')
      },
    ],
    [
      '`;` of a query is escaped before the check; without `encodeQuerySemicolons`, it changes after the decision',
      async () => {
        equal(reached(await stand.ask('GET /open/a?x=1;y=2')).url, '/open/a?x=1%3By=2')
        const port = await start({
          install: (text) => replaced(text, 'encodeQuerySemicolons: true', 'encodeQuerySemicolons: false'),
        })
        equal(reached(await askAt(stand, port, 'GET /open/a?x=1;y=2')).url, '/open/a?x=1&y=2')
      },
    ],
    [
      'a prefix that Traefik removes before the check is no part of the decision',
      async () => {
        const strips = '  middlewares:\n    strip:\n      stripPrefix: { prefixes: [/shop] }\n'
        const port = await start({
          routing: (text) => replaced(text.replaceAll('[without-claims', '[strip, without-claims'), '  middlewares:\n', strips),
        })
        refused(await askAt(stand, port, 'GET /shop/admin/a'), 401, 'unauthenticated')
        equal(reached(await askAt(stand, port, 'GET /shop/open/a?x')).url, '/open/a?x')
      },
    ],
    [
      'with `sanitizePath`, the check is about the path without dots',
      async () => {
        const port = await start({ install: (text) => replaced(text, 'sanitizePath: false', 'sanitizePath: true') })
        for (const path of ['/open/../admin/a', '/open/..//admin/a', '/.iap/../admin/a', '/open/%2e%2e/admin/a'])
          refused(await askAt(stand, port, `GET ${path}`), 401, 'unauthenticated')
        equal(reached(await askAt(stand, port, 'GET /admin/../open/a')).url, '/open/a')
      },
    ],
  ]
}

function upgradeCases(start: StartTraefik, stand: Stand): readonly OwnCase[] {
  return [
    [
      'without `without-upgrade`, a client reaches another protocol that no check shows',
      async () => {
        const port = await start({ routing: (text) => text.replaceAll('without-claims, without-upgrade', 'without-claims') })
        const { seen } = await askAt(stand, port, 'GET /open/socket', ['Connection: Upgrade, close', 'Upgrade: foo'])
        equal(seen[0]?.headers.upgrade, 'foo')
      },
    ],
    [
      'a WebSocket without a key is no WebSocket for the service',
      async () => {
        const { answer, seen } = await stand.ask('GET /open/socket', ['Connection: Upgrade, close', 'Upgrade: websocket'])
        deepEqual([answer.status, seen[0]?.headers.upgrade], [200, undefined])
      },
    ],
  ]
}

/** `docs/guides/gateways/traefik.md` has these changes. */
const BEHIND_PROXY: TraefikChanges = {
  install: (text) => replaced(text, '    http:\n', '    forwardedHeaders: { trustedIPs: [127.0.0.1] }\n    http:\n'),
  routing: (text) =>
    replaced(
      replaced(text, 'trustForwardHeader: false', 'trustForwardHeader: true'),
      'X-Forwarded-Ssl: ""',
      ['Ssl', 'Host', 'Method', 'Uri', 'Prefix'].map((name) => `X-Forwarded-${name}: ""`).join('\n          '),
    ),
}

function proxyCases(start: StartTraefik, backends: Backends, stand: Stand): readonly OwnCase[] {
  const behind = { ...backends, checks: backends.more?.[0] as string }
  const from = 'X-Forwarded-For: 6.6.6.6, 10.0.0.7'
  return [
    [
      'behind a trusted proxy, the client is the one that the proxy names',
      async () => {
        const port = await start({ ...BEHIND_PROXY, backends: behind })
        const { headers } = reached(await askAt(stand, port, 'GET /open/a', [from, 'X-Forwarded-Proto: https']))
        const { source } = await stand.record(headers['x-iap-request-id'] as string)
        deepEqual([source, headers['x-forwarded-proto']], ['10.0.0.7', 'https'])
      },
    ],
    [
      'behind a trusted proxy, a client states neither host, method nor path',
      async () => {
        const port = await start({ ...BEHIND_PROXY, backends: behind })
        for (const line of ['X-Forwarded-Host: other.test', 'X-Forwarded-Uri: /open/a', 'X-Forwarded-Method: OPTIONS']) {
          refused(await askAt(stand, port, 'GET /admin/a', [from, line]), 401, 'unauthenticated')
          const { url, lines } = reached(await askAt(stand, port, 'GET /open/a', [from, line]))
          deepEqual([url, lines['x-forwarded-uri'], lines['x-forwarded-method']], ['/open/a', undefined, undefined])
        }
      },
    ],
    [
      'with `trustForwardHeader` and `trustedIPs`, but without the removal, a client chooses the path that is decided',
      async () => {
        const routing = (text: string) => replaced(text, 'trustForwardHeader: false', 'trustForwardHeader: true')
        const port = await start({ ...BEHIND_PROXY, routing, backends: behind })
        const { url } = reached(await askAt(stand, port, 'GET /admin/a', [from, 'X-Forwarded-Uri: /open/a']))
        equal(url, '/admin/a')
      },
    ],
    [
      'without `trustForwardHeader`, a trusted proxy is the client',
      async () => {
        const port = await start({ install: BEHIND_PROXY.install as (text: string) => string })
        const { headers } = reached(await askAt(stand, port, 'GET /open/a', [from]))
        equal((await stand.record(headers['x-iap-request-id'] as string)).source, '127.0.0.1')
      },
    ],
  ]
}

function certificateCase(start: StartTraefik, stand: Stand, folder: string): OwnCase {
  return [
    '`passTLSClientCert`: the service gets the certificate that Traefik verified, and iap none',
    async () => {
      const people = testAuthority('people')
      const { cert, key } = people.svid('spiffe://shop.example/ann')
      const ca = join(folder, 'people.pem')
      writeFileSync(ca, people.cert)
      const port = await start({ routing: (text) => withClientCertificates(text, ca) })
      const lines = ['Connection: close', 'X-Forwarded-Tls-Client-Cert: forged', 'X-Forwarded-Tls-Client-Cert-Info: forged']
      stand.takeSeen()
      const text = `GET /open/a HTTP/1.1\nHost: ${HOST}\n${lines.join('\n')}\n\n`
      const answer = await askRaw(port, text, { cert, key, servername: HOST })
      const request = reached({ answer, seen: stand.takeSeen() })
      equal(request.headers['x-forwarded-tls-client-cert']?.slice(0, 8), cert.split('\n')[1]?.slice(0, 8))
      equal(request.headers['x-forwarded-tls-client-cert-info'], undefined)
    },
  ]
}

function withClientCertificates(text: string, ca: string): string {
  const required = `{ caFiles: [${ca}], clientAuthType: RequireAndVerifyClientCert }`
  const router = replaced(
    text,
    'priority: 10\n      middlewares: [',
    'priority: 10\n      tls: {}\n      middlewares: [pass-certificate, ',
  )
  const passes = '  middlewares:\n    pass-certificate:\n      passTLSClientCert: { pem: true }\n'
  return `tls:\n  options:\n    default:\n      clientAuth: ${required}\n${replaced(router, '  middlewares:\n', passes)}`
}

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the example lacks \`${from}\``)
  return text.replace(from, () => to)
}
