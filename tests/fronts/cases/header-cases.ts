import { deepEqual, equal } from 'node:assert/strict'
import { type FrontCase, reached, refused, valuesOf } from './front-case.ts'

/** Headers in which clients could claim another request, client or caller. */
const CLAIMS = [
  'X-Original-URL: http://shop.localhost/open/a',
  'X-Original-URI: /open/a',
  'X-Original-Method: OPTIONS',
  'X-Forwarded-Uri: /open/a',
  'X-Forwarded-Method: OPTIONS',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: other.test',
  'X-Forwarded-For: 10.0.0.1',
  'Forwarded: for=10.0.0.1;host=other.test',
  'X-Real-IP: 10.0.0.1',
  'X-HTTP-Method-Override: DELETE',
  'X-Rewrite-URL: /open/a',
  'X-Iap-Refusal: AAAA',
  'X-Iap-Remove: x-tenant',
  'X-Envoy-Original-Path: /open/a',
]

/** Headers in which proxies name the caller, and others that services could believe. */
const CALLERS = [
  'Remote-User: admin',
  'Remote_User: admin',
  'X-Forwarded-User: admin',
  'X-Auth-Request-Email: admin',
  'X-Forwarded-Client-Cert: Hash=admin',
  'X-Iap-Assertion: admin',
  'X_Iap_Assertion: admin',
  'X-Iap-User: admin',
  'X-Iap-Request-Id: admin',
]

export const headerCases: readonly FrontCase[] = [
  ...CLAIMS.map((line): FrontCase => {
    const [name = '', value = ''] = line.split(/: (.*)/)
    return {
      name: `\`${line}\` changes neither the decision nor what the service sees`,
      async run({ ask, record, front: { client = '127.0.0.1' } }) {
        // Both lines and one: a front may replace only the first, or refuse two.
        for (const lines of [[line], [line, line]]) {
          const denied = await ask('GET /admin/a', lines)
          deepEqual(denied.seen, [])
          if (denied.answer.status === 401) {
            const { route, source, rawPath, method } = await record(denied.answer.headers.get('x-iap-request-id'))
            deepEqual([route, source, rawPath, method], ['shop.admin', client, '/admin/a', 'GET'])
          } else equal(denied.answer.status, 400)
          const { answer, seen } = await ask('GET /open/a', lines)
          if (answer.status !== 400)
            deepEqual([seen.length, seen[0]?.lines[name.toLowerCase()]?.includes(value) ?? false], [1, false])
        }
      },
    }
  }),
  ...CALLERS.map(
    (line): FrontCase => ({
      name: `\`${line}\` does not reach the service`,
      async run({ ask }) {
        for (const lines of [[line], [line, line]]) {
          const { answer, seen } = await ask('GET /open/a', lines)
          equal([200, 400].includes(answer.status), true, `${answer.status}`)
          equal(seen.length, answer.status === 200 ? 1 : 0)
          equal(seen[0]?.rawHeaders.some((each) => each.includes('admin')) ?? false, false)
        }
      },
    }),
  ),
  {
    name: 'a header that a rule reads',
    async run({ ask }) {
      equal(reached(await ask('GET /tenant', ['X-Tenant: a'])).headers['x-tenant'], 'a')
      refused(await ask('GET /tenant', ['X-Tenant: b']), 403, 'denied')
      refused(await ask('GET /tenant'), 403, 'denied')
    },
  },
  ...[
    ['X-Tenant: a', 'X-Tenant: b'],
    ['X-Tenant: b', 'X-Tenant: a'],
    ['X-Tenant: a', 'X-Tenant: a'],
    ['X-Tenant: a', 'X-Tenant:'],
  ].map(
    (lines): FrontCase => ({
      name: `a header that a rule reads, twice: ${lines.join(', ')}`,
      needs: 'repeated-lines',
      async run({ ask }) {
        refused(await ask('GET /tenant', lines), 400, 'header-repeated')
      },
    }),
  ),
  {
    name: 'a header that a rule reads, with another spelling beside it',
    async run({ ask }) {
      const { answer, seen } = await ask('GET /tenant', ['X-Tenant: a', 'X_Tenant: b'])
      if (answer.status !== 400)
        deepEqual(
          seen.map((request) => [request.lines['x-tenant'], request.lines.x_tenant]),
          [[['a'], undefined]],
        )
    },
  },
  {
    name: 'a header that `Connection` names',
    async run({ ask }) {
      const lines = ['X-Tenant: a', 'Connection: close, x-tenant']
      const { answer, seen } = await ask('GET /tenant', lines)
      // Whoever removes it must do so before the decision.
      if (answer.status === 200) equal(seen[0]?.headers['x-tenant'], 'a')
      else equal([400, 403].includes(answer.status), true, `${answer.status}`)
      const open = await ask('GET /open/a', ['Connection: close, x-iap-assertion, x-iap-request-id, x-tier'])
      if (open.answer.status !== 400) deepEqual(valuesOf(reached(open), 'x-tier'), ['open'])
    },
  },
  {
    name: 'two credentials',
    async run({ ask, token }) {
      const lines = [`Authorization: Bearer ${token('ada')}`, `Authorization: Bearer ${token('eve')}`]
      const { answer, seen } = await ask('GET /account/1', lines)
      deepEqual([answer.status === 400 || answer.status === 401, seen], [true, []])
    },
  },
  {
    name: 'a token and an API key',
    async run({ ask, token, partner }) {
      const lines = [`Authorization: Bearer ${token('ada')}`, `X-API-Key: ${partner.text}`]
      const { answer, seen } = await ask('GET /account/1', lines)
      deepEqual([answer.status === 400 || answer.status === 401, seen], [true, []])
    },
  },
  {
    name: 'an assertion of another caller, sent as a header',
    async run({ ask, token, verifier }) {
      const { headers } = reached(await ask('GET /account/1', [`Authorization: Bearer ${token('ada')}`]))
      const stolen = `X-Iap-Assertion: ${headers['x-iap-assertion']}`
      const { answer, seen } = await ask('GET /account/1', [`Authorization: Bearer ${token('eve')}`, stolen])
      if (answer.status !== 400) equal((await verifier.verifyRequest(seen[0] ?? { rawHeaders: [] })).subject, 'eve')
    },
  },
]
