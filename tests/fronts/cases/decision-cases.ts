import { deepEqual, equal, match } from 'node:assert/strict'
import { codeOf, type FrontCase, reached, refused, valuesOf } from './front-case.ts'

const PAGE = 'Accept: text/html'

/** What is permitted and refused, and what the service and the client get. */
export const decisionCases: readonly FrontCase[] = [
  {
    name: 'a permit for anybody has the header of its rule',
    async run({ ask }) {
      const request = reached(await ask('GET /open/a', ['X-Tier: gold', 'X-Tier: gold']))
      deepEqual([request.url, valuesOf(request, 'x-tier')], ['/open/a', ['open']])
    },
  },
  {
    name: 'the service verifies the assertion of a caller, who has a record',
    async run({ ask, token, verifier, record, front: { client = '127.0.0.1' } }) {
      const request = reached(await ask('GET /account/1', [`Authorization: Bearer ${token('ada')}`]))
      const { identity, subject } = await verifier.verifyRequest(request)
      deepEqual([identity, subject], ['staff', 'ada'])
      const { status, effect, route, source, host } = await record(request.headers['x-iap-request-id'] as string)
      deepEqual([status, effect, route, source, host], [200, 'permit', 'shop.account', client, 'shop.localhost'])
    },
  },
  {
    name: 'a consumed token does not reach the service',
    async run({ ask, token }) {
      const { headers } = reached(await ask('GET /account/1', [`Authorization: Bearer ${token('ada')}`, 'X-Other: 1']))
      deepEqual([headers.authorization, headers['x-other']], [undefined, '1'])
    },
  },
  {
    name: 'an API key is accepted, and does not reach the service',
    async run({ ask, partner, verifier }) {
      const request = reached(await ask('GET /account/1', [`X-API-Key: ${partner.text}`]))
      equal(request.headers['x-api-key'], undefined)
      equal((await verifier.verifyRequest(request)).subject, 'acme')
    },
  },
  {
    name: 'a cookie that is not of the proxy reaches the service',
    async run({ ask }) {
      equal(reached(await ask('GET /open/a', ['Cookie: a=1; b=2'])).headers.cookie, 'a=1; b=2')
    },
  },
  {
    name: 'no credential: 401, and how to authenticate',
    async run({ ask }) {
      const outcome = await ask('GET /account/1')
      refused(outcome, 401, 'unauthenticated')
      match(outcome.answer.headers.get('www-authenticate') ?? '', /^Bearer/)
    },
  },
  {
    name: 'a forged token, and a token with a changed end',
    async run({ ask, token }) {
      equal((await ask('GET /account/1', ['Authorization: Bearer a.b.c'])).answer.status, 401)
      const outcome = await ask('GET /account/1', [`Authorization: Bearer ${token('ada').slice(0, -4)}AAAA`])
      deepEqual([outcome.answer.status, outcome.seen], [401, []])
    },
  },
  {
    name: 'a person who may not: a page with the id of its record',
    needs: 'refusals',
    async run({ ask, token, record }) {
      const outcome = await ask('GET /admin/1', [`Authorization: Bearer ${token('ada')}`, PAGE])
      refused(outcome, 403, 'denied')
      match(outcome.answer.headers.get('content-type') ?? '', /^text\/html/)
      const id = outcome.answer.headers.get('x-iap-request-id')
      equal(outcome.answer.body.includes(String(id)), true)
      equal((await record(id)).route, 'shop.admin')
    },
  },
  {
    name: 'a member of the group may',
    async run({ ask, token }) {
      equal(reached(await ask('GET /admin/1', [`Authorization: Bearer ${token('eve', ['admins'])}`])).url, '/admin/1')
    },
  },
  {
    name: 'a path without a route',
    async run({ ask }) {
      refused(await ask('GET /nowhere'), 403, 'no-route')
    },
  },
  {
    name: 'a host that no service has',
    async run({ send }) {
      const { answer, seen } = await send('GET /open/a HTTP/1.1\nHost: other.test\nConnection: close\n\n')
      deepEqual([answer.status >= 400, seen], [true, []])
    },
  },
  ...['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].map(
    (method): FrontCase => ({
      name: `${method}, permitted and refused`,
      async run({ ask }) {
        const body = method.startsWith('P') && method !== 'PROPFIND' ? 'x=1' : ''
        const request = reached(await ask(`${method} /open/m`, [], body))
        deepEqual([request.method, request.body], [method, body])
        const { answer, seen } = await ask(`${method} /admin/m`, [], body)
        deepEqual([answer.status, answer.headers.get('x-iap-error'), seen], [401, 'unauthenticated', []])
        if (method === 'HEAD') equal(answer.body, '')
      },
    }),
  ),
  {
    name: 'a method that is never forwarded',
    needs: 'trace',
    async run({ ask }) {
      refused(await ask('TRACE /open/a'), 405, 'method-not-allowed')
    },
  },
  {
    name: 'a limit counts once per request, and its refusal is 429',
    async run({ ask, token, recordsOf, record }) {
      const credential = [`Authorization: Bearer ${token('lou')}`]
      for (let at = 0; at < 2; at++) reached(await ask('GET /report', credential))
      const outcome = await ask('GET /report', credential)
      refused(outcome, 429, 'rate-limited')
      match(outcome.answer.headers.get('retry-after') ?? '', /^[0-9]+$/)
      await record(outcome.answer.headers.get('x-iap-request-id'))
      equal(recordsOf('/report').filter(({ caller }) => caller?.subject === 'lou').length, 3)
    },
  },
  {
    name: 'a permit with a limit says how much is left',
    needs: 'permit-headers',
    async run({ ask, token }) {
      const { answer } = await ask('GET /report', [`Authorization: Bearer ${token('max')}`])
      match([...answer.headers.keys()].join(), /ratelimit/)
    },
  },
  ...[401, 403, 404, 500].map(
    (status): FrontCase => ({
      name: `${status} of the service is no refusal`,
      async run({ ask }) {
        const { answer } = await ask(`GET /open/status/${status}`)
        deepEqual([answer.status, answer.body, answer.headers.get('x-iap-error')], [status, 'service', undefined])
      },
    }),
  ),
  {
    name: 'a permitted body reaches the service, whole and chunked',
    async run({ ask, send }) {
      const body = 'x'.repeat(20_000)
      equal(reached(await ask('POST /open/a', [], body)).body.length, 20_000)
      const head = 'POST /open/a HTTP/1.1\nHost: shop.localhost\nConnection: close\nTransfer-Encoding: chunked\n\n'
      equal(reached(await send(`${head}5\nhello\n0\n\n`)).body, 'hello')
    },
  },
  {
    name: 'a rule on a body',
    needs: 'checked-bodies',
    async run({ ask }) {
      const json = ['Content-Type: application/json']
      equal(reached(await ask('POST /orders', json, '{"amount":100}')).body, '{"amount":100}')
      refused(await ask('POST /orders', json, '{"amount":101}'), 403, 'denied')
    },
  },
  {
    name: 'a rule on a body that is cut, missing or chunked refuses',
    async run({ ask, send }) {
      const json = 'Content-Type: application/json'
      const none = await ask('POST /orders', [json, 'Content-Length: 0'])
      // Of some fronts it is known that the client sent no body.
      deepEqual([['413 body-incomplete', '400 body'].includes(codeOf(none)), none.seen], [true, []])
      const chunked = `Host: shop.localhost\nConnection: close\n${json}\nTransfer-Encoding: chunked\n`
      const { answer, seen } = await send(`POST /orders HTTP/1.1\n${chunked}\ne\n{"amount":101}\n0\n\n`)
      deepEqual([answer.status >= 400, seen], [true, []])
    },
  },
]
