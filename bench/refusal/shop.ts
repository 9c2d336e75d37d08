/** `examples/shop`, with people and partners who look at orders, some of which they may not. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Caller, Scenario, Written } from '../decisions/scenario.ts'
import type { Random } from '../random.ts'

/** @param root the project's folder */
export function shop(root: string): Pick<Scenario, 'texts' | 'data' | 'callers' | 'draw' | 'miss'> {
  const folder = join(root, 'examples/shop/policies')
  const names = readdirSync(folder).filter((name) => name.endsWith('.iap'))
  return {
    texts: new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
    data: {},
    callers: CALLERS,
    draw,
    miss: (written) => ({ ...written, target: `${written.target}/more` }),
  }
}

const CALLERS: readonly Caller[] = [
  null,
  ...[[], ['support'], ['managers'], ['support', 'managers']].flatMap((groups, at) =>
    [undefined, 2, 3, 5].map((level, other): Caller => {
      const sub = `s-${at}-${other}`
      const claims = { sub, email: `${sub}@shop.example`, 'cognito:groups': groups, ...(level !== undefined && { level }) }
      return { identity: 'staff', claims }
    }),
  ),
  ...['orders:read', 'stock:read', ''].map(
    (scope, at): Caller => ({ identity: 'partner', claims: { client_id: `tool-${at}`, scope } }),
  ),
]

function draw(random: Random): Written {
  const order = random.chance(0.3) ? random.int(1_000) : 1_000 + random.int(100_000)
  const [host, method, target] = random.pick([
    ['orders', 'GET', '/orders'],
    ['orders', 'GET', `/orders/${order}`],
    ['orders', 'GET', `/orders/${order}`],
    ['orders', 'POST', `/orders/${order}/refund`],
    ['catalog', 'GET', `/products/sku-${random.int(10_000)}`],
    ['catalog', 'PUT', `/products/sku-${random.int(10_000)}/price`],
  ] as const)
  return {
    caller: random.int(CALLERS.length),
    method,
    target,
    headers: [
      ...['Host', `${host}.shop.localhost`],
      ...['User-Agent', 'bench/1.0 (shop; one of many)'],
      ...['Accept', 'application/json'],
      ...(random.chance(0.6) ? ['X-Refund-Reason', random.pick(['arrived broken', 'late', 'never ordered'])] : []),
    ],
  }
}
