import { expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

function load(identity: string) {
  return loadConfig(`listeners: [{ address: 127.0.0.1:0 }]\nidentities:\n  partner: ${identity}\n`, '/etc/iap/iap.yaml', {
    dev: true,
  })
}

test.each([
  ['{ keys: { file: ./keys.json, hmacKey: { env: IAP_KEY } } }', { env: 'IAP_KEY' }],
  ['{ keys: { file: keys.json, hmacKey: { file: ./secrets/hmac } } }', { file: '/etc/iap/secrets/hmac' }],
])('%s', (text, hmacKey) => {
  const result = load(text)
  expect(result).toMatchObject({
    config: {
      identities: {
        partner: { api_key: { file: '/etc/iap/keys.json', hmacKey, path: ['identities', 'partner', 'keys'] }, jwt: null },
      },
    },
  })
})

test('beside access tokens', () => {
  const text = '{ keys: { file: a, hmacKey: { env: A } }, issuer: https://id.example, audience: a, algorithms: [ES256] }'
  expect(load(text)).toMatchObject({
    config: { identities: { partner: { api_key: { file: '/etc/iap/a' }, jwt: { audience: ['a'] } } } },
  })
})

test.each([
  ['{ keys: { file: a } }', '3:14: `identities.partner.keys` lacks `hmacKey`: add it'],
  ['{ keys: { hmacKey: { env: A } } }', '3:14: `identities.partner.keys` lacks `file`: add it'],
  [
    '{ keys: a }',
    '3:20: `identities.partner.keys` must be an object such as `{ file: ./keys.json, hmacKey: { env: IAP_HMAC_KEY } }`, not `a`',
  ],
  [
    '{ keys: { file: a, hmacKey: secret } }',
    '3:40: `identities.partner.keys.hmacKey` must be either `{ env: NAME }` or `{ file: PATH }`',
  ],
  [
    '{ keys: { file: a, hmacKey: {} } }',
    '3:40: `identities.partner.keys.hmacKey` is empty: expected either `{ env: NAME }` or `{ file: PATH }`',
  ],
  [
    '{ keys: { file: a, hmacKey: { env: A, file: b } } }',
    '3:40: `identities.partner.keys.hmacKey` must be either `{ env: NAME }` or `{ file: PATH }`, not both',
  ],
  [
    '{ keys: { file: a, hmacKey: { env: A-B } } }',
    '3:47: `identities.partner.keys.hmacKey.env` must be the name of a variable such as `IAP_SECRET`',
  ],
  [
    '{ keys: { file: a, hmackey: { env: A } } }',
    '3:31: unknown key `hmackey` in `identities.partner.keys`: did you mean `hmacKey`?',
  ],
])('%s is one mistake', (text, message) => {
  const result = load(text)
  expect(result.ok ? [] : result.errors.map(renderConfigError)).toEqual([`/etc/iap/iap.yaml:${message}`])
})
