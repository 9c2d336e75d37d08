import { expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

function load(identity: string) {
  return loadConfig(`listeners: [{ address: 127.0.0.1:0 }]\nidentities:\n  legacy: ${identity}\n`, '/etc/iap/iap.yaml', {
    dev: true,
  })
}

test.each([
  ['{ plugin: ./auth.mjs, headers: [X-Session, Authorization] }', ['authorization', 'x-session'], 1000],
  ['{ plugin: auth.mjs, headers: [cookie], timeout: 250ms }', ['cookie'], 250],
])('%s', (text, headers, timeout) => {
  expect(load(text)).toMatchObject({
    config: {
      identities: {
        legacy: {
          custom: { plugin: '/etc/iap/auth.mjs', headers, timeout, path: ['identities', 'legacy'] },
          jwt: null,
          api_key: null,
        },
      },
    },
  })
})

test.each([
  ['{ module: a, headers: [a] }', '3:13: unknown key `module` in `identities.legacy`: it was renamed to `plugin`'],
  ['{ plugin: a }', '3:3: `identities.legacy` needs `headers`: the headers that the plug-in receives'],
  [
    '{ plugin: a, headers: [] }',
    '3:33: `identities.legacy.headers` is empty: expected a list of header names such as `[x-session]`',
  ],
  [
    '{ plugin: a, headers: x-session }',
    '3:33: `identities.legacy.headers` must be a list of header names such as `[x-session]`, not `x-session`',
  ],
  [
    '{ plugin: a, headers: [x_session] }',
    '3:34: `identities.legacy.headers[0]` must be a header name such as `x-session`, not `x_session`',
  ],
  ['{ plugin: a, headers: [a, A] }', '3:37: `a` is listed twice'],
  ['{ plugin: a, headers: [a], timeout: 1ms }', '3:47: `identities.legacy.timeout` must be at least `10ms`, got `1ms`'],
  ['{ plugin: a, headers: [a], timeout: 1m }', '3:47: `identities.legacy.timeout` must be at most `30s`, got `1m`'],
  ...[
    'Host',
    'connection',
    'transfer-encoding',
    'x-forwarded-for',
    'Forwarded',
    'x-forwarded-user',
    'x-iap-assertion',
    'content-length',
  ].map((name) => [
    `{ plugin: a, headers: [${name}] }`,
    `3:34: \`identities.legacy.headers[0]\` is \`${name.toLowerCase()}\`, which holds no credential, as it belongs to the connection or is set by proxies: remove it`,
  ]),
])('%s is one mistake', (text, message) => {
  const result = load(text as string)
  expect(result.ok ? [] : result.errors.map(renderConfigError)).toEqual([`/etc/iap/iap.yaml:${message}`])
})

test('what is said of a plug-in where there is none', () => {
  const result = load('{ issuer: https://id.example, audience: a, algorithms: [ES256], timeout: 1s }')
  expect(result.ok ? [] : result.errors.map(renderConfigError)).toEqual([
    '/etc/iap/iap.yaml:3:75: `identities.legacy.timeout` needs `plugin`: the file of the plug-in',
  ])
})
