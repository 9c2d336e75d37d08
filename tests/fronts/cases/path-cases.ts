import { deepEqual, equal } from 'node:assert/strict'
import { type FrontCase, reached, refused } from './front-case.ts'

/** Paths that are permitted. */
const KEPT = [
  '/open/a%20b',
  '/open/a%41',
  '/open/a?x=%2F..//&x=1',
  '/open/',
  '/open/%E2%82%AC',
  '/open/a+b',
  '/open/a.b/..c',
  '/open/a?',
  "/open/!$&'()*,:@",
]

/** Paths that servers read in different ways, with the code of the refusal. */
export const AMBIGUOUS = {
  '/open/a%2Fb': 'encoded-slash',
  '/open/..%2Fadmin/a': 'encoded-slash',
  '/open/../admin/a': 'dot-segment',
  '/open/%2e%2e/admin/a': 'dot-segment',
  '/admin/../open/a': 'dot-segment',
  '/open/./a': 'dot-segment',
  '//open/a': 'empty-segment',
  '/open//a': 'empty-segment',
  '/open/a;b': 'semicolon',
  '/open/a%5Cb': 'backslash',
  '/open/a%0ab': 'control-byte',
  '/open/a%ff': 'utf8-invalid',
  '/.iap/../admin/a': 'dot-segment',
} as const

export const pathCases: readonly FrontCase[] = [
  ...KEPT.map(
    (path): FrontCase => ({
      name: `${path} reaches the service as it was decided`,
      async run({ ask, record, front }) {
        const outcome = await ask(`GET ${path}`)
        // A front may refuse it.
        if (outcome.answer.status === 400) return
        const { url, headers } = reached(outcome)
        const { rawPath } = await record(headers['x-iap-request-id'] as string)
        equal(url.split('?')[0], rawPath)
        if (front.cannot['raw-paths'] === undefined && !front.normalizes) equal(url, path)
      },
    }),
  ),
  ...Object.entries(AMBIGUOUS).map(
    ([path, code]): FrontCase => ({
      name: `${path} is refused`,
      async run({ ask, front, record }) {
        const outcome = await ask(`GET ${path}`)
        const [request] = outcome.seen
        if (front.normalizes && request !== undefined) {
          const { rawPath, route } = await record(request.headers['x-iap-request-id'] as string)
          return deepEqual([outcome.seen.length, request.url, route], [1, rawPath, 'shop.open'])
        }
        // A front that normalizes paths refuses it itself, or asks about what it forwards.
        if (outcome.answer.headers.get('x-iap-error') === code) refused(outcome, 400, code)
        else deepEqual([outcome.answer.status >= 300, outcome.seen], [true, []])
      },
    }),
  ),
  ...['/.iap-check', '/.iap/refusal', '/.iap/../.iap-check', '/open/../.iap/refusal', '/.iap/..%2fopen/a'].map(
    (path): FrontCase => ({
      name: `${path} gives nothing away`,
      async run({ ask, front }) {
        const { answer, seen } = await ask(`GET ${path}`, ['X-Original-URL: http://shop.localhost/open/a', 'X-Iap-Refusal: A'])
        // A front that normalizes paths may redirect to another one.
        const isRefused = answer.status >= (front.normalizes ? 300 : 400)
        deepEqual([isRefused, answer.headers.get('x-iap-assertion'), seen], [true, undefined, []])
      },
    }),
  ),
  ...Object.entries({
    'a URL as target': 'GET http://other.test/open/a HTTP/1.1\nHost: shop.localhost\n',
    'a URL without a path': 'GET http://shop.localhost?/open/a HTTP/1.1\nHost: shop.localhost\n',
    'a host with a query': 'GET /admin/a HTTP/1.1\nHost: shop.localhost?\n',
    'a host with a path': 'GET /admin/a HTTP/1.1\nHost: shop.localhost/open\n',
    'a host with a user': 'GET /admin/a HTTP/1.1\nHost: shop.localhost@other.test\n',
    'a host with a dot at its end': 'GET /open/a HTTP/1.1\nHost: shop.localhost.\n',
    'two hosts': 'GET /open/a HTTP/1.1\nHost: shop.localhost\nHost: other.test\n',
    'no host': 'GET /open/a HTTP/1.0\n',
  }).map(
    ([name, head]): FrontCase => ({
      name: `${name} is decided as the service sees it`,
      async run({ send, record }) {
        const { answer, seen } = await send(`${head}Connection: close\n\n`)
        const [request] = seen
        if (request === undefined) return equal(answer.status >= 400, true, String(answer.status))
        deepEqual([request.url, request.headers.host], ['/open/a', 'shop.localhost'])
        const { rawPath, host } = await record(request.headers['x-iap-request-id'] as string)
        deepEqual([rawPath, host], ['/open/a', 'shop.localhost'])
      },
    }),
  ),
]
