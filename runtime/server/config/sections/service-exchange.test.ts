import { expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

function load(exchange: string) {
  const text = `listeners: [{ address: 127.0.0.1:0 }]\nservices:\n  app: { upstreams: ["http://a"], exchange: { ${exchange} } }\n`
  const read = loadConfig(text, '/etc/iap/iap.yaml', { dev: true })
  return read.ok ? (read.config.services.app?.exchange ?? null) : read.errors.map(renderConfigError)
}

const BASE = 'issuer: "https://id.example", clientId: iap'
const CLIENT = `${BASE}, clientSecret: { env: S }`

test('the least', () => {
  expect(load(`${CLIENT}, audience: orders`)).toEqual({
    issuer: 'https://id.example',
    clientId: 'iap',
    client: { kind: 'secret', secret: { env: 'S' } },
    audience: ['orders'],
    resource: [],
    scopes: [],
    withoutToken: 'refuse',
  })
})

test('everything', () => {
  const all = `${BASE}, clientKey: ./iap.key, audience: [a, b], resource: ["https://a.example/", "urn:a"], scopes: [x, y], withoutToken: pass`
  expect(load(all)).toEqual({
    issuer: 'https://id.example',
    clientId: 'iap',
    client: { kind: 'key', file: '/etc/iap/iap.key' },
    audience: ['a', 'b'],
    resource: ['https://a.example/', 'urn:a'],
    scopes: ['x', 'y'],
    withoutToken: 'pass',
  })
})

test.each([
  ['no issuer', 'clientId: iap, clientSecret: { env: S }, audience: a', 'lacks `issuer`: add it'],
  ['no client', 'issuer: "https://id.example", clientSecret: { env: S }, audience: a', 'lacks `clientId`: add it'],
  ['nothing to show', `${BASE}, audience: a`, 'needs client authentication: set either `clientSecret` or `clientKey`'],
  ['two', `${CLIENT}, clientKey: k, audience: a`, 'must have either `clientSecret` or `clientKey`, not both'],
  ['for anything', CLIENT, 'needs the target of the token: `audience` or `resource`'],
  ['clear text', 'issuer: "http://id.example", clientId: iap, clientSecret: { env: S }, audience: a', 'must be `https:`'],
  ['a secret', `${BASE}, clientSecret: hunter2hunter2hunter2, audience: a`, 'must be either `{ env: NAME }` or `{ file: PATH }`'],
  ['a resource that is no URI', `${CLIENT}, resource: orders`, 'must be a URI without a fragment, or a list of them'],
  ['one with a fragment', `${CLIENT}, resource: "https://a.example/#b"`, 'must be a URI without a fragment'],
  ['one twice', `${CLIENT}, audience: [a, a]`, '`a` is listed twice'],
  ['two scopes in one', `${CLIENT}, audience: a, scopes: ["a b"]`, 'must be a scope'],
  ['another word', `${CLIENT}, audience: a, withoutToken: forward`, 'must be `refuse` or `pass`, not `forward`'],
])('%s is one mistake', (_, exchange, message) => {
  expect(load(exchange)).toEqual([expect.stringContaining(message)])
})
