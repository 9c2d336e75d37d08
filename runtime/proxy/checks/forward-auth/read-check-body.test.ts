import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RawClient } from '../../../../tests/support/raw-client.ts'
import { until } from '../../../../tests/support/until.ts'
import { readCheckBody } from './read-check-body.ts'

const LIMIT = 10

let server: Server
let done = 0

/** Bytes of memory that are left. */
let left = 1000
const memory = {
  take(bytes: number) {
    if (bytes > left) return false
    left -= bytes
    return true
  },
  free(bytes: number) {
    left += bytes
  },
}

beforeAll(async () => {
  const handle = (check: Parameters<typeof readCheckBody>[0], response: Parameters<typeof readCheckBody>[1]) =>
    readCheckBody(check, response, { limit: LIMIT, mustSayWhole: check.url === '/must', memory }, (body) => {
      done++
      response.shouldKeepAlive = false
      response.end(typeof body === 'string' ? body : `whole ${body}`)
    })
  server = createServer(handle).on('checkContinue', handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const CHUNKED = 'Transfer-Encoding: chunked\n'

test.each([
  ['none', '', '', 'incomplete'],
  ['an empty one, as fronts say that send none', 'Content-Length: 0\n', '', 'incomplete'],
  ['an empty one in chunks', CHUNKED, '0\n\n', 'incomplete'],
  ['one by length', 'Content-Length: 5\n', 'hello', 'whole hello'],
  ['one in chunks', CHUNKED, '2\nhe\n3\nllo\n0\n\n', 'whole hello'],
  ['one of the limit', 'Content-Length: 10\n', '0123456789', 'whole 0123456789'],
  ['one beyond the limit', 'Content-Length: 11\n', '01234567890', 'incomplete'],
  ['one beyond the limit, which is not sent', 'Content-Length: 11\n', '', 'incomplete'],
  ['one beyond the limit in chunks', CHUNKED, '8\n01234567\n8\n01234567\n', 'incomplete'],
  ['one that Envoy says is whole', 'Content-Length: 1\nx-envoy-auth-partial-body: false\n', 'a', 'whole a'],
  ['one that Envoy has cut', 'Content-Length: 1\nx-envoy-auth-partial-body: true\n', 'a', 'incomplete'],
  ['one of which Envoy says something else', 'Content-Length: 1\nx-envoy-auth-partial-body: False\n', 'a', 'incomplete'],
  [
    'one of which Envoy and a client say something',
    'Content-Length: 1\nx-envoy-auth-partial-body: false\nx-envoy-auth-partial-body: false\n',
    'a',
    'incomplete',
  ],
])('%s', async (_, lines, body, expected) => {
  const { port } = server.address() as AddressInfo
  const client = new RawClient(port)
  client.send(`POST / HTTP/1.1\nHost: iap\n${lines}\n${body}`)
  const answer = await client.response()
  expect(answer.body.trim()).toBe(expected)
  client.close()
})

test.each([
  ['', 'incomplete'],
  ['x-envoy-auth-partial-body: false\n', 'whole a'],
  ['x-envoy-auth-partial-body: true\n', 'incomplete'],
])('a front that must say that the body is whole: %s', async (lines, expected) => {
  const client = new RawClient((server.address() as AddressInfo).port)
  client.send(`POST /must HTTP/1.1\nHost: iap\nContent-Length: 1\n${lines}\na`)
  expect((await client.response()).body).toBe(expected)
  client.close()
})

test('a front that waits for 100 Continue gets it', async () => {
  const client = new RawClient((server.address() as AddressInfo).port)
  client.send('POST / HTTP/1.1\nHost: iap\nContent-Length: 2\nExpect: 100-continue\n\n')
  expect((await client.response()).status).toBe(100)
  client.send('hi')
  expect((await client.response()).body).toBe('whole hi')
  client.close()
})

test('a front that goes before the end of the body is not answered', async () => {
  const before = done
  const client = new RawClient((server.address() as AddressInfo).port)
  const isClosed = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)))
  client.send('POST / HTTP/1.1\nHost: iap\nContent-Length: 2\n\nh')
  await new Promise((resolve) => server.once('request', resolve))
  client.close()
  await isClosed
  expect(done).toBe(before)
})

test.each([
  ['by length', 'Content-Length: 5\n', 'hello'],
  ['by length, which is not sent', 'Content-Length: 5\n', ''],
  ['in chunks', CHUNKED, '3\nhel\n2\nlo\n0\n\n'],
  ['that waits for 100 Continue', 'Content-Length: 5\nExpect: 100-continue\n', ''],
])('a body for which there is no memory, %s', async (_, lines, body) => {
  left = 4
  const client = new RawClient((server.address() as AddressInfo).port)
  client.send(`POST / HTTP/1.1\nHost: iap\n${lines}\n${body}`)
  const answer = await client.response()
  expect([answer.status, answer.body]).toEqual([200, 'unread'])
  await client.rest()
  await until(() => left === 4)
  left = 1000
})

test('memory is given back with the answer, and if the front goes', async () => {
  const client = new RawClient((server.address() as AddressInfo).port)
  client.send('POST / HTTP/1.1\nHost: iap\nContent-Length: 5\n\nhello')
  expect((await client.response()).body).toBe('whole hello')
  await until(() => left === 1000)
  const other = new RawClient((server.address() as AddressInfo).port)
  other.send('POST / HTTP/1.1\nHost: iap\nContent-Length: 5\n\nhe')
  await until(() => left === 995)
  other.close()
  await until(() => left === 1000)
})
