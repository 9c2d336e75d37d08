import { expect, test } from 'vitest'
import { readCredential } from './read-credential.ts'

const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl'
const KEY = 'iapk_0123456789abcdef_secret'

function read(input: string) {
  const found = readCredential(input, 'app.test')
  if (!found.ok) throw new Error(found.message)
  const { kind, request } = found.credential
  return [kind, request.scheme, request.host, ...[...request.headers.entries()].filter(([name]) => name !== 'host')]
}

test.each([
  ['a JWT', JWT, ['JWT', null, 'app.test', ['authorization', `Bearer ${JWT}`]]],
  ['a byte order mark', `\uFEFF${JWT}\n`, ['JWT', null, 'app.test', ['authorization', `Bearer ${JWT}`]]],
  ['a scheme', `DPoP  ${JWT}`, ['JWT', null, 'app.test', ['authorization', `DPoP ${JWT}`]]],
  ['quotes', `'Bearer ${JWT}'`, ['JWT', null, 'app.test', ['authorization', `Bearer ${JWT}`]]],
  ['an opaque token', 'a.b', ['opaque token', null, 'app.test', ['authorization', 'Bearer a.b']]],
  ['an API key', KEY, ['API key', null, 'app.test', ['authorization', `Bearer ${KEY}`]]],
  ['its own header', `x-api-key: ${KEY}`, ['API key', null, 'app.test', ['x-api-key', KEY]]],
  ['a cookie', '__Host-iap-session=a', ['session', 'https', 'app.test', ['cookie', '__Host-iap-session=a']]],
  ['a cookie without TLS', 'Cookie: a=b; iap-session=a', ['session', null, 'app.test', ['cookie', 'a=b; iap-session=a']]],
  ['a host', 'Host: other.test\nX-Session: a', ['other', null, 'other.test', ['x-session', 'a']]],
])('%s', (_, input, expected) => {
  expect(read(input)).toEqual(expected)
})

test.each([
  ['nothing', ' \n ', /is empty/],
  ['several lines', 'a\nb', /has 2 lines that are no headers/],
  ['a line among headers', 'cookie: a=b\nwhat is this', /line 2 .* is not a header/],
  ['an invalid host', 'host: a b\ncookie: a=b', /is not a host/],
  ['too much', 'a'.repeat(65_537), /more than 65536 characters/],
  ['a control character', 'a\u0000b', /would be refused/],
])('%s is refused', (_, input, message) => {
  const found = readCredential(input, 'app.test')
  expect(found.ok ? 'read' : found.message).toMatch(message)
})
