import { expect, test } from 'vitest'
import { NO_METHOD } from '../../../tests/support/identity.ts'
import { renderConfigError } from '../../base/config-error.ts'
import { checkBindings } from './check-bindings.ts'
import type { Config } from './config.ts'
import { loadConfig } from './load-config.ts'

const TEXT = `listeners: [{ address: 127.0.0.1:0 }]
identities:
  stuff: { issuer: https://id.example, audience: a, algorithms: [ES256] }
services:
  orders:
    upstreams: [http://10.0.0.1]
    hosts: [a.example, "*.b.example", "{x}.c.example"]
  catalog: { upstreams: [http://10.0.0.2] }
`

type Named = Parameters<typeof checkBindings>[1]

function check(named: Omit<Named, 'data'> & Partial<Named>, text = TEXT): string[] {
  const result = loadConfig(text, 'iap.yaml', { dev: true })
  if (!result.ok) throw new Error()
  return checkBindings(result.config, { data: [], ...named }).map(renderConfigError)
}

const service = (name: string, ...hosts: string[]) => ({ name, hosts })

test('what the policy names is bound; what it does not name may be bound', () => {
  expect(check({ identities: [], services: [service('orders', 'orders.example')] })).toEqual([])
})

test('what it names and nothing binds', () => {
  const identities = [
    { name: 'staff', methods: ['jwt'] },
    { name: 'partner', methods: ['jwt'] },
  ]
  expect(check({ identities, services: [service('orders', 'x'), service('billing', 'x')] })).toEqual([
    'iap.yaml:2:1: the policy names the identity `partner`, which is not configured: add it under `identities`',
    'iap.yaml:3:3: the policy names the identity `staff`, which is not configured: is it configured here as `stuff`?',
    'iap.yaml:4:1: the policy names the service `billing`, which is not configured: add it under `services`',
  ])
})

test('what is bound by another method than the policy names', () => {
  const { config } = loadConfig(TEXT, 'iap.yaml', { dev: true }) as { config: Config }
  const bound = { ...config, identities: { stuff: NO_METHOD } }
  const manifest = { identities: [{ name: 'stuff', methods: ['jwt', 'quantum'] }], services: [], data: [] }
  expect(checkBindings(bound, manifest).map(renderConfigError)).toEqual([
    'iap.yaml:3:3: the policy authenticates `stuff` `via jwt`, which is not configured: it takes `issuer`, `audience` and `algorithms`',
  ])
})

test('data that nothing binds', () => {
  const data = ['assigned', 'constructor'].map((name) => ({ name, schema: {} }))
  expect(check({ identities: [], services: [], data })).toEqual([
    'iap.yaml:1:1: the policy names the data `assigned`, which is not configured: add it under `data`',
    'iap.yaml:1:1: the policy names the data `constructor`, which is not configured: add it under `data`',
  ])
})

test('a name that JavaScript knows is bound by nothing', () => {
  expect(check({ identities: [{ name: 'constructor', methods: ['jwt'] }], services: [] })).toHaveLength(1)
})

test('hosts that fix a label that the policy reads', () => {
  expect(check({ identities: [], services: [service('orders', '{tenant}.shop.example')] })).toEqual([
    'iap.yaml:7:13: the policy reads the first label of the host of `orders` (`{tenant}`), but `a.example` has a fixed one',
  ])
})

test('a service without any host', () => {
  expect(check({ identities: [], services: [service('catalog')] })).toEqual([
    'iap.yaml:8:3: the service `catalog` has no host: set `hosts`, as the policy gives none',
  ])
})

test('services may be left out if all listeners decide for other proxies', () => {
  const deciding = '{ address: "unix:/run/iap/check.sock", protocol: ext-authz }'
  const services = [service('orders', 'orders.example'), service('billing')]
  expect(check({ identities: [], services }, `listeners: [${deciding}]\n`)).toEqual([
    'iap.yaml:1:1: the service `billing` has no host: set `hosts`, as the policy gives none',
  ])
  expect(
    check({ identities: [], services }, `listeners: [${deciding}]\nservices: { billing: { hosts: [b.example] } }\n`),
  ).toEqual([])
  // A name that was probably mistyped.
  expect(check({ identities: [], services }, `listeners: [${deciding}]\nservices: { biling: { hosts: [b.example] } }\n`)).toEqual(
    [expect.stringMatching(/names the service `billing`, which is not configured: is it configured here as `biling`\?/)],
  )
  expect(check({ identities: [], services }, `listeners: [${deciding}, { address: "127.0.0.1:0" }]\n`)).toHaveLength(2)
})
