import { describe, expect, test } from 'vitest'
import { checkTexts } from '../../compiler/project/index.ts'
import type { LogRecord } from '../../runtime/telemetry/audit/query/index.ts'
import { addLearned } from './add-learned.ts'
import { LogCollector } from './add-log.ts'
import { draftOf } from './draft.ts'
import { type Finding, findingsOf, type Kind } from './findings.ts'
import { Inventory } from './inventory.ts'

const POLICY = `
identity staff via jwt { sub: string }
label pii
service orders at "orders.example" {
  route list GET "/orders" is pii
  route read GET "/orders/{id: int}" is pii
  route mine GET "/orders/mine" is pii
  route any ANY "/files/{path...}" is pii
}
service tenants at "{tenant}.tenants.example" {
  route home GET "/" is pii
}
permit look on orders.list, orders.mine to staff
forbid never on orders.any because "Not before next year."
`

interface Record {
  readonly [key: string]: unknown
}

const request = (more: Record): LogRecord => ({
  ...{ version: 3, host: 'orders.example', method: 'GET', path: '/orders', route: null, service: null, caller: null },
  ...{ effect: 'permit', rules: ['look'], reason: null, code: null },
  ...more,
})
const unrouted = (more: Record) => request({ effect: 'deny', rules: [], reason: 'no-route', code: 'no-route', ...more })

function inventoryOf(
  records: readonly LogRecord[],
  also: (inventory: Inventory) => void = () => {},
  drafts = true,
  policy = POLICY,
) {
  const { model } = checkTexts(new Map([['p.iap', policy]]))
  if (model === null) throw new Error('it checks')
  const inventory = new Inventory(model)
  const log = new LogCollector(inventory)
  for (const record of records) log.add(record, 'audit.jsonl')
  log.finish()
  also(inventory)
  const findings = findingsOf(inventory, model, new Map())
  const of = (kind: Kind) => findings.filter((one) => one.kind === kind).map(shown)
  return { inventory, findings, of, draft: drafts ? draftOf(inventory, model) : null }
}

function shown({ service, route, names, methods, template, requests }: Finding): string {
  const what = template === null ? [] : [methods?.[0] ?? 'ANY', template]
  return [route ?? service, ...what, ...names, ...(requests > 0 ? [`${requests}×`] : [])].join(' ')
}

describe('requests of a log', () => {
  test('are of the route that they have now', () => {
    const { of } = inventoryOf([
      request({ route: 'orders.list' }),
      request({ route: 'orders.read', path: '/orders/7', method: 'HEAD' }),
      // It had no route of its own: nothing is renamed.
      request({ route: 'orders.read', path: '/orders/mine' }),
      request({ route: 'orders.any', path: '/files/a/b', method: 'REPORT' }),
      request({ route: 'tenants.home', host: 'a.tenants.example', path: '/' }),
    ])
    expect([of('unknown'), of('renamed'), of('unseen')]).toEqual([[], [], []])
  })

  test('and those for which there is none are by the name that they had', () => {
    const { of, draft } = inventoryOf([
      request({ route: 'orders.lines', path: '/orders/7/lines/1', caller: { identity: 'staff' } }),
      request({ route: 'orders.lines', path: '/orders/8/lines/2' }),
      request({ route: 'orders.all', path: '/orders' }),
      request({ route: 'orders.tree', path: '/trees/a/b' }),
      request({ route: 'orders.tree', path: '/trees/c' }),
      request({ route: 'stock.read', service: 'stock', host: 'stock.example', path: '/levels/7' }),
    ])
    expect(of('unknown')).toEqual([
      'orders GET /orders/{order_id: int}/lines/{line_id: int} orders.lines 2×',
      'orders GET /trees/{rest...} orders.tree 2×',
      'stock',
      'stock GET /levels/{level_id: int} stock.read 1×',
    ])
    expect(of('renamed')).toEqual(['orders.list GET /orders orders.all 1×'])
    expect(draft?.text).toContain('route lines GET "/orders/{order_id: int}/lines/{line_id: int}"')
    expect(draft?.text).toContain('// in audit.jsonl; asked 2× (anonymous 1×, staff 1×)')
  })

  test('without a route are by templates, at hosts of the policy and at others', () => {
    const { of, inventory } = inventoryOf([
      unrouted({ path: '/orders/x7k9q2aa' }),
      unrouted({ path: '/orders/0d9c3c0e-6f0f-4f5f-9a35-5a3a5e3c8a52' }),
      unrouted({ path: '/orders', method: 'POST' }),
      unrouted({ path: '/a', host: 'api.other.example' }),
      unrouted({ path: '/a', host: 'x7k9q2aa.x7k9q2aa.example' }),
      unrouted({ path: '/a', host: 'orders.example', method: 'S3CR3T' }),
      unrouted({ path: null, host: null }),
    ])
    expect(of('unknown')).toEqual(['api', 'api GET /a 1×', 'orders POST /orders 1×', 'orders GET /orders/{order_id} 2×'])
    expect(inventory.beyond).toBe(3)
  })

  test('at another host are not of a service of the policy that is called as the host is', () => {
    const { of, draft } = inventoryOf([unrouted({ path: '/lines' }), unrouted({ path: '/lines', host: 'orders.other.example' })])
    expect(of('unknown')).toEqual(['orders GET /lines 1×', 'orders_2', 'orders_2 GET /lines 1×'])
    expect(draft?.text.match(/^service .*/gm)).toEqual([
      'service orders at "orders.example" {',
      'service orders_2 at "orders.other.example" {',
    ])
  })

  test('are of a service that a configuration has put elsewhere', () => {
    const { of } = inventoryOf([
      request({ route: 'orders.list', service: 'orders', host: 'o.internal' }),
      unrouted({ path: '/lines', host: 'o.internal' }),
    ])
    expect(of('unknown')).toEqual(['orders GET /lines 1×'])
    expect(of('unseen')).toEqual([
      'orders.any ANY /files/{path...}',
      'orders.mine GET /orders/mine',
      'orders.read GET /orders/{id: int}',
      'tenants.home GET /',
    ])
  })

  test('are of that service in whatever order they stand', () => {
    const records = [
      unrouted({ path: '/lines', host: 'x7k9q2aa.internal.example' }),
      unrouted({ path: '/orders/mine', host: 'o.internal' }),
      request({ route: 'orders.list', service: 'orders', host: 'o.internal' }),
      unrouted({ path: '/lines', host: 'o.internal' }),
      request({ route: 'orders.list', service: 'orders', host: 'x7k9q2aa.internal.example' }),
      request({ route: 'orders.list', service: 'orders', host: 'x7k9q2bb.internal.example' }),
      request({ route: 'tenants.home', service: 'tenants', host: 'o.internal', path: '/' }),
    ]
    for (const order of [records, [...records].reverse()]) {
      const { of } = inventoryOf(order)
      expect(of('unknown')).toEqual(['orders GET /lines 2×'])
      expect(of('unseen')).toEqual(['orders.any ANY /files/{path...}', 'orders.read GET /orders/{id: int}'])
    }
  })

  test('by `HEAD` are of a route for it alone, and else of the one for `GET`', () => {
    const policy = POLICY.replace('route list', 'route probe HEAD "/probe" is pii\n  route list')
    const records = [
      request({ route: 'orders.probe', path: '/probe', method: 'HEAD' }),
      request({ route: 'orders.list', method: 'HEAD' }),
      unrouted({ path: '/probe' }),
      unrouted({ path: '/lines', method: 'HEAD' }),
    ]
    const { of, draft } = inventoryOf(records, undefined, true, policy)
    expect(of('unknown')).toEqual(['orders GET /lines 1×', 'orders GET /probe 1×'])
    expect(of('unseen').filter((one) => /probe|list/.test(one))).toEqual([])
    expect(draft?.leftOut).toEqual([expect.stringMatching(/^`orders\.get_probe`: .*`orders\.probe`/)])
  })

  test('that were left out, or whose path is redacted, are known by name', () => {
    const { of, draft } = inventoryOf([
      {
        kind: 'omitted',
        why: 'sample',
        count: 9,
        of: [{ effect: 'permit', route: 'orders.list', count: 5 }, { route: 'orders.old', count: 4 }, null] as never,
      },
      request({ route: 'orders.gone', path: null }),
      request({ route: 'orders.gone', path: { hash: 'x' } }),
      request({ route: 'orders.all', path: '/orders' }),
      request({ route: 'orders.all', path: null }),
      unrouted({ path: '/lines' }),
    ])
    expect(of('unknown')).toEqual(['orders orders.old 4×', 'orders orders.gone 2×', 'orders GET /lines 1×'])
    expect(of('renamed')).toEqual(['orders.list GET /orders orders.all 7×'])
    expect(draft?.leftOut).toEqual(['`orders.old`: no source has a path of it', '`orders.gone`: no source has a path of it'])
    expect(draft?.routes).toBe(1)
  })

  test('of the proxy’s own, and of browsers that ask before, are none', () => {
    const { of, inventory } = inventoryOf([
      request({ path: '/.iap/me', rules: [] }),
      request({ route: 'orders.list', method: 'OPTIONS', rules: [] }),
      request({ route: 'orders.list', method: 'OPTIONS', effect: 'reject', code: 'cors-refused', rules: [] }),
      { kind: 'action', route: 'orders.x' },
      { kind: 'checkpoint' },
      { effect: 7, route: 7, path: 7, method: {}, host: [] },
    ])
    expect([of('unknown'), inventory.beyond]).toEqual([[], 0])
  })

  test('that no rule permits are told with who asked', () => {
    const denied = { effect: 'deny', reason: 'default', rules: [] }
    const { findings } = inventoryOf([
      request({ route: 'orders.read', path: '/orders/7', ...denied, caller: { identity: 'staff' } }),
      request({ route: 'orders.read', path: '/orders/8', ...denied, caller: { identity: 'staff' } }),
      request({ route: 'orders.any', path: '/files/a', effect: 'deny', reason: 'Not before next year.', rules: ['never'] }),
    ])
    expect(findings.filter(({ kind }) => kind === 'needed')).toMatchObject([
      { route: 'orders.read', callers: { staff: 2 }, message: 'no rule permits these requests: `staff` 2×' },
    ])
  })

  test('take no more memory than there is', () => {
    const letters = (at: number) => [...String(at)].map((digit) => 'bdglmnrstk'[Number(digit)]).join('a')
    const records = Array.from({ length: 3000 }, (_, at) => request({ route: `orders.r${at}`, path: `/${letters(at)}` }))
    const { inventory } = inventoryOf(records, () => {}, false)
    expect([inventory.unknown.length, inventory.beyond]).toEqual([2000, 1000])
  })
})

test('what was learned under another type of parameter is unknown, as it had no route', () => {
  const learned = {
    routes: [
      {
        route: 'orders.read',
        service: 'orders',
        method: 'GET',
        template: '/orders/{id}',
        callers: { staff: { permit: 1, default: 2 } },
      },
      { route: 'orders.any', service: 'orders', method: 'ANY', template: '/files/{path...}', callers: {} },
      { route: 'stock.read', service: 'stock', method: 'GET', template: '/levels/{id}', callers: { anonymous: { permit: 3 } } },
    ],
    unrouted: [
      { host: 'orders.example', method: 'GET', template: '/orders/{order_id}', count: 2, callers: { staff: 2 } },
      { host: 'o.internal', method: 'GET', template: '/y', count: 1, callers: { staff: 1 } },
      { host: '*.tenants.example', method: 'GET', template: '/x', count: 1, callers: { staff: 1 } },
    ],
    hosts: { 'o.internal': 'orders', 's.internal': 'stock' },
    beyond: 7,
  }
  const { of, inventory } = inventoryOf([], (one) => addLearned(one, 'learned.json', learned))
  expect(of('unknown')).toEqual([
    'orders GET /orders/{order_id} 2×',
    'orders GET /y 1×',
    'stock',
    'stock GET /levels/{id} stock.read 3×',
    'tenants GET /x 1×',
  ])
  expect([of('needed'), inventory.beyond]).toEqual([['orders.read GET /orders/{id: int} 3×'], 7])
})

test('what was learned by `HEAD` is of a route for it alone', () => {
  const policy = POLICY.replace('route list', 'route probe HEAD "/probe" is pii\n  route list')
  const asked = { host: 'orders.example', count: 1, callers: { staff: 1 } }
  const unrouted = ['/probe', '/lines'].map((template) => ({ ...asked, method: 'HEAD', template }))
  const learned = { routes: [], unrouted, hosts: {}, beyond: 0 }
  const { of } = inventoryOf([], (one) => addLearned(one, 'learned.json', learned), true, policy)
  expect(of('unknown')).toEqual(['orders GET /lines 1×'])
})
