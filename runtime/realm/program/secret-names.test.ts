import { expect, test } from 'vitest'
import { holdsSecret, isSecretName, withoutSecrets } from './secret-names.ts'

test('what is secret within records, maps and texts is not there either', () => {
  const of = (type: Parameters<typeof withoutSecrets>[0]) => JSON.stringify(withoutSecrets(type))
  const field = { type: 'string', optional: false } as const
  expect(of({ list: { record: { sku: field, resetToken: field } } })).toBe(of({ list: { record: { sku: field } } }))
  expect(holdsSecret(new Map([['password', 'x']]))).toBe(true)
  expect(holdsSecret({ a: [new Map([['k', 'Bearer abcdefgh']])] })).toBe(true)
  expect(holdsSecret(new Set(['DPoP abcdefgh']))).toBe(true)
  expect(holdsSecret('eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln')).toBe(true)
  expect([new Map([['k', 'v']]), 'eyes', 'bearers of news', ['a'], 'basic plan', 5n, null, undefined].some(holdsSecret)).toBe(
    false,
  )
})

test.each([
  'token',
  'access_token',
  'resetToken',
  'x-api-key',
  'X-Auth-Token',
  'Cookie',
  'password',
  'clientSecret',
  'session_id',
  'csrf',
  'dpop',
  'pin',
  'apiKey',
  'x-csrftoken',
  'x-authtoken',
  'x-accesstoken',
  'refreshtokens',
  'idtoken',
  'X-CSRFToken',
  'sessionid',
  'jsessionid',
  'PHPSESSID',
  'x-sessionid',
  'connect.sid',
  'sid',
  'passcode',
  'userpassword',
  'clientsecret',
  'x-apikey',
  'accesskey',
  'secretkey',
  'authcookie',
  'xcsrf',
  'totp',
])('`%s` is the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(true)
})
test.each([
  'tenant',
  'tokens_left',
  'department',
  'monkey',
  'keyboard',
  'spin',
  'author',
  'x-tenant',
  'obsession',
  'path',
  'inside',
  'reside',
  'tokenizer',
  'secretary',
  'turkey',
  'secretlevel',
])('`%s` is none', (name) => {
  expect(isSecretName(name)).toBe(false)
})
