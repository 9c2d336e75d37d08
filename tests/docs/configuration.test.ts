import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { renderConfigError } from '../../runtime/base/config-error.ts'
import { defaultService, loadConfig } from '../../runtime/server/config/index.ts'

/** The configurations that pages show are read as they stand there, and the table of keys has those of the schema. */
const root = new URL('../../', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, root), 'utf8')
const shown = (name: string) => [...read(name).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => text)

function load(text: string) {
  const result = loadConfig(text, 'iap.yaml', { dev: true })
  if (!result.ok) throw new Error(result.errors.map(renderConfigError).join('\n'))
  return result.config
}

test('docs/reference/configuration.md shows one that is good', () => {
  const [whole = ''] = shown('docs/reference/configuration.md')
  expect(load(whole).services.orders?.upstreams).toHaveLength(2)
})

describe('docs/reference/upstreams.md', () => {
  const [example = ''] = shown('docs/reference/upstreams.md')

  test('shows every key there is, and no other', () => {
    const { orders } = load(`listeners: [{ address: "127.0.0.1:0" }]\n${example}`).services
    expect(orders).toEqual({
      upstreams: ['http://orders-1.internal:8080', 'http://orders-2.internal:8080'],
      hosts: null,
      exchange: null,
      origins: [],
      identityHeaders: [],
      cors: null,
      tls: null,
      protocol: 'http1',
      balance: 'least-requests',
      timeouts: { connect: 1000, firstByte: 10_000, idle: 120_000, total: 900_000 },
      health: { path: '/healthz', interval: 5000, timeout: 1000, healthy: 2, unhealthy: 3 },
      eject: { failures: 5, time: 10_000 },
      panic: true,
      retries: { attempts: 2, budget: 0.2 },
      limits: { connections: 200, requests: 300 },
    })
    const { timeout, hosts, origins, identityHeaders, cors, tls, exchange, ...keys } = schema.definitions.service.properties
    for (const [key, { properties = {} }] of Object.entries(keys))
      for (const name of [key, ...Object.keys(properties)]) expect(example, name).toMatch(new RegExp(`\\b${name}: `))
  })
})

interface Node {
  readonly properties?: Keys
  readonly $ref?: string
}

interface Keys {
  readonly [key: string]: Node
}

const schema = JSON.parse(read('runtime/server/config/config.schema.json')) as {
  readonly properties: {
    readonly bundle: { readonly properties: Keys }
    readonly listeners: { readonly items: { readonly properties: Keys } }
  }
  readonly definitions: { readonly service: { readonly properties: Keys } } & Keys
}

/** Of an object; of everything else undefined. */
function keysOf({ properties, $ref }: Node): Keys | undefined {
  return properties ?? schema.definitions[$ref?.replace('#/definitions/', '') ?? '']?.properties
}

/** What the table has of the keys below one. */
function rowsOf(prefix: string): readonly { readonly keys: readonly string[]; readonly text: string }[] {
  const cells = [...read('docs/reference/configuration.md').matchAll(/^\| (`[^|]*) \| (.*) \|$/gm)]
  return cells
    .filter(([, cell = '']) => cell.startsWith(`\`${prefix}`))
    .map(([, cell = '', text = '']) => {
      const named = [...cell.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key.replace(prefix, ''))
      const [first = ''] = named
      const parent = first.split('.').slice(0, -1)
      return { keys: named.map((key) => (key.startsWith('.') ? [...parent, key.slice(1)].join('.') : key)), text }
    })
}

/** All that are below some. */
function below(keys: Keys): readonly string[] {
  return Object.entries(keys).flatMap(([key, node]) => {
    const of = node.$ref === '#/definitions/secret' ? undefined : keysOf(node)
    return of === undefined ? [key] : Object.keys(of).map((name) => `${key}.${name}`)
  })
}

describe('the table of docs/reference/configuration.md', () => {
  const rows = rowsOf('services.N.')

  test('has each key of a service once, and no other', () => {
    const all = below(schema.definitions.service.properties)
    // That it may be left out is told in a row of its own.
    expect(
      rows
        .flatMap((row) => row.keys)
        .filter((key) => key !== 'health')
        .toSorted(),
    ).toEqual(all.toSorted())
  })

  test('has each key of a listener, and no other', () => {
    const rows = rowsOf('listeners[].').flatMap(({ keys }) => keys.map((key) => key.replace('listeners[].', '')))
    const { items } = schema.properties.listeners
    const wanted = below(items.properties).map((key) => (/^(trust|clients)\./.test(key) ? key.split('.')[0] : key))
    expect([...new Set(rows)].toSorted()).toEqual([...new Set(wanted)].toSorted())
  })

  test('has each key of the bundle once, and no other', () => {
    const keys = rowsOf('bundle.').flatMap((row) => row.keys.map((key) => key.replace('bundle.', '')))
    expect(keys.toSorted()).toEqual(below(schema.properties.bundle.properties).toSorted())
  })

  test('tells what holds where nothing is said', () => {
    const { timeouts, balance, eject, panic, retries } = defaultService
    const told = (key: string) => rows.find((row) => row.keys[0] === key)?.text
    expect(told('timeout')).toMatch(`${timeouts.firstByte / 1000}s;`)
    expect(told('timeouts.connect')).toMatch(`${timeouts.connect / 1000}s,`)
    expect(told('balance')).toMatch(`\`${balance}\` (default)`)
    expect(told('eject.failures')).toMatch(`${eject.failures};`)
    expect(told('eject.time')).toMatch(`${eject.time / 1000}s;`)
    expect(told('panic')).toBe(String(panic))
    expect(told('retries.attempts')).toMatch(`${retries.attempts};`)
    expect(told('retries.budget')).toMatch(`${retries.budget * 100}%;`)
  })
})
