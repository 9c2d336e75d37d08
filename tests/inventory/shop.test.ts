/** The shop of the examples behind a real proxy: its documents, its audit log and what was learned, set against a policy that lacks some of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Finding, Kind } from '../../cli/inventory/findings.ts'
import { emptyFolder } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { TEST_AUDIENCE } from '../support/test-issuer.ts'

const shop = fileURLToPath(new URL('../../examples/shop/', import.meta.url))
const sources = (...names: readonly string[]) =>
  names.map((name) => readFileSync(`${shop}policies/${name}.iap`, 'utf8').replace(/^import .*$/gm, '')).join('\n')
/** In one file, and without a browser. */
const whole = sources('identity', 'labels', 'orders', 'catalog').replace('via oidc, jwt', 'via jwt')

/** Edits that must have been to something. */
function edited(text: string, ...edits: readonly (readonly [RegExp | string, string])[]): string {
  return edits.reduce((before, [what, by]) => {
    const after = before.replaceAll(typeof what === 'string' ? new RegExp(what.replace(/[.*{}()]/g, '\\$&'), 'g') : what, by)
    if (after === before) throw new Error(`nothing is like ${what}`)
    return after
  }, text)
}

/** Three routes removed, with what is about them alone, and two called otherwise. */
const lacking = edited(
  whole,
  [/^ {2}route (?:refund|images|price) .*\n/gm, ''],
  [/^(?:permit managers_(?:refund|set_prices)|forbid money_needs_seniority)\n(?: .*\n)+/gm, ''],
  ['orders.read, orders.refund', 'orders.read'],
  [' except catalog.price', ''],
  [/^(?:\/\/\/ .*\n)?invariant (?:managers_move_money|outsiders_change_nothing|the_archive_is_for_managers)\n(?: .*\n)+/gm, ''],
  ['route list   GET  "/orders"', 'route index GET "/orders"'],
  ['orders.list', 'orders.index'],
  ['route read   GET "/products/{sku}"', 'route product GET "/products/{sku}"'],
)

const REQUESTS = [
  ['orders', 'GET', '/healthz'],
  ['orders', 'GET', '/orders'],
  ['orders', 'GET', '/orders/1042'],
  ['orders', 'HEAD', '/orders/1043'],
  ['orders', 'POST', '/orders/1042/refund'],
  ['orders', 'POST', '/orders/1043/refund'],
  ['catalog', 'GET', '/products'],
  ['catalog', 'GET', '/products/teapot'],
  ['catalog', 'GET', '/products/cup-and-saucer'],
  ['catalog', 'PUT', '/products/teapot/price'],
  ['catalog', 'PUT', '/products/cup/price'],
  ['catalog', 'GET', '/images/teapot.png'],
] as const

let upstream: TestUpstream
const proxies: TestProxy[] = []

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
})

afterAll(async () => {
  for (const proxy of proxies) await proxy.close()
  await upstream?.close()
})

/** All requests, and the files that the proxy has written by its end. */
async function record(policy: string): Promise<{ readonly audit: string; readonly learned: string }> {
  const proxy = await startTestProxy([], {
    policy,
    identities: `
  staff: { issuer: "https://id.example", audience: "${TEST_AUDIENCE}", algorithms: [ES256] }
  partner: { issuer: "https://partner.example", audience: "${TEST_AUDIENCE}", algorithms: [ES256] }`,
    services: `{ orders: { upstreams: ["${upstream.origin}"] }, catalog: { upstreams: ["${upstream.origin}"] } }`,
    more: 'learn: ./learned.json',
  })
  proxies.push(proxy)
  for (const [service, method, path] of REQUESTS) {
    const client = new RawClient(proxy.port)
    client.send(`${method} ${path} HTTP/1.1\nHost: ${service}.shop.localhost\nconnection: close\n\n`)
    await client.rest()
  }
  await proxy.audit(REQUESTS.length)
  await proxy.proxy.close()
  return { audit: join(proxy.folder, 'audit.jsonl'), learned: join(proxy.folder, 'learned.json') }
}

const DOCUMENTS = ['--openapi', `${shop}openapi/orders.yaml`, '--openapi', `${shop}openapi/catalog.yaml`]

interface Answer {
  readonly findings: readonly Finding[]
  readonly beyond: number
  readonly draft: { readonly text: string; readonly leftOut: readonly string[] } | null
}

async function inventory(policy: string, ...words: readonly string[]): Promise<Answer & { of(kind: Kind): readonly string[] }> {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'shop.iap'), policy)
  const { code, stdout, stderr } = await inside(['inventory', 'shop.iap', ...words, '--format', 'json'], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  const answer = JSON.parse(stdout) as Answer
  const shown = ({ route, names, methods, template }: Finding) =>
    [route, `${methods?.[0]} ${template}`, ...names].filter((each) => each !== null).join(' ')
  return { ...answer, of: (kind) => answer.findings.filter((one) => one.kind === kind).map(shown) }
}

/** `iap check` of the draft, as a file. */
async function checks(text: string): Promise<void> {
  const cwd = emptyFolder()
  mkdirSync(join(cwd, 'policies'))
  writeFileSync(join(cwd, 'policies', 'draft.iap'), text)
  const { code, stdout } = await inside(['check', 'policies', '--max-warnings', '0'], { cwd })
  expect([code, stdout]).toEqual([0, '✓ no errors in 1 file\n'])
  expect((await inside(['fmt', '--check', 'policies'], { cwd })).code).toBe(0)
}

const UNKNOWN = {
  images: 'GET /images/{name}.png catalog.images',
  price: 'PUT /products/{sku}/price catalog.price',
  refund: 'POST /orders/{id: int}/refund orders.refund',
}
const RENAMED = ['catalog.product GET /products/{sku} catalog.read', 'orders.index GET /orders orders.list']

describe('of the whole policy', () => {
  test('its documents and its log say what it says', async () => {
    const { audit, learned } = await record(whole)
    for (const words of [DOCUMENTS, [...DOCUMENTS, '--audit', audit], ['--learned', learned], ['--audit', audit]]) {
      const { of, draft } = await inventory(whole, ...words)
      expect([of('unknown'), of('renamed'), of('unseen'), of('unlabelled'), of('uncovered'), draft]).toEqual([
        [],
        [],
        [],
        [],
        [],
        null,
      ])
    }
  })
})

describe('three routes removed and two renamed', () => {
  test('are named by documents, by a log, by both, and by what was learned', async () => {
    const { audit, learned } = await record(whole)
    const documented = [UNKNOWN.images, UNKNOWN.price, UNKNOWN.refund]
    // Of a path that was asked for once nobody knows what in it is a value.
    const logged = [
      'GET /images/teapot.png catalog.images',
      'PUT /products/{product_id}/price catalog.price',
      'POST /orders/{order_id: int}/refund orders.refund',
    ]
    const ofProxy = [
      'GET /images/{name}.png catalog.images',
      'PUT /products/{sku}/price catalog.price',
      'POST /orders/{id}/refund orders.refund',
    ]
    for (const [expected, ...words] of [
      [documented, ...DOCUMENTS],
      [documented, ...DOCUMENTS, '--audit', audit, '--learned', learned],
      [logged, '--audit', audit],
      [ofProxy, '--learned', learned],
    ] as const) {
      const { of, draft } = await inventory(lacking, ...words)
      expect(of('unknown')).toEqual(expected)
      expect(of('renamed')).toEqual(RENAMED)
      expect(of('unseen')).toEqual([])
      expect(draft?.leftOut).toEqual([])
      await checks(draft?.text ?? '')
    }
  })

  test('are drafted with the labels that they had', async () => {
    const { draft } = await inventory(lacking, ...DOCUMENTS)
    const routes = (draft?.text ?? '').split('\n').filter((line) => line.trim().startsWith('route '))
    expect(routes.map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
      'route price PUT "/products/{sku}/price" body { price?: double, ... } is money, internal',
      'route images GET "/images/{name}.png" is public',
      'route refund POST "/orders/{id: int}/refund" is money',
    ])
  })

  test('are named by what a proxy learns that has the policy that lacks them', async () => {
    const { audit, learned } = await record(lacking)
    const { of, draft } = await inventory(lacking, ...DOCUMENTS, '--learned', learned)
    expect(of('unknown')).toEqual([UNKNOWN.images, UNKNOWN.price, UNKNOWN.refund])
    // It knows its own names alone; the documents have the others.
    expect(of('renamed')).toEqual(RENAMED)
    expect(of('unseen')).toEqual([])
    await checks(draft?.text ?? '')
    for (const words of [
      ['--learned', learned],
      ['--audit', audit],
    ]) {
      const alone = await inventory(lacking, ...words)
      expect(alone.of('unknown')).toEqual([
        'GET /images/teapot.png',
        'PUT /products/cup/price',
        'PUT /products/teapot/price',
        'POST /orders/{order_id: int}/refund',
      ])
      expect([alone.of('renamed'), alone.of('unseen'), alone.beyond]).toEqual([[], [], 0])
      await checks(alone.draft?.text ?? '')
    }
  })

  test('that lie at other paths are unknown there, and unseen where they are', async () => {
    const { audit } = await record(whole)
    const moved = edited(whole, ['"/products"', '"/wares"'], ['"/orders/{id: int}/refund"', '"/refunds/{id: int}"'])
    const { of } = await inventory(moved, ...DOCUMENTS, '--audit', audit)
    expect(of('unknown')).toEqual(['GET /products catalog.list', UNKNOWN.refund])
    expect(of('unseen')).toEqual(['catalog.list GET /wares', 'orders.refund POST /refunds/{id: int}'])
    expect(of('renamed')).toEqual([])
  })
})
