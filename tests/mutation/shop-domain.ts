/** What can be asked of `examples/shop`: every route, every kind of caller, and each number that it compares with from below, at it and above. */
import type { EvalCaller, EvalRequest } from '../../runtime/abi/index.ts'
import { combinations, subsets } from './small-domain.ts'

const ids = [7, 999, 1000, 1001, 1042]
const groups = ['support', 'managers']
const levels = [null, 2, 3, 4, 5]
const scopes = ['', 'orders:read']
const reasons = [null, '', 'four', 'fives', 'sixsix']

const targets: readonly (readonly [method: string, url: string])[] = [
  ...[
    ['GET', '/healthz'],
    ['GET', '/orders'],
    ['DELETE', '/orders'],
    ['GET', '/orders/seven'],
    ['GET', '/lost'],
    ...ids.flatMap((id) => [
      ['GET', `/orders/${id}`],
      ['POST', `/orders/${id}/refund`],
    ]),
  ].map(([method = '', path = '']) => [method, `http://orders.shop.localhost${path}`] as const),
  ...[
    ['GET', '/products'],
    ['GET', '/products/teapot'],
    ['GET', '/images/teapot.png'],
    ['PUT', '/products/teapot/price'],
  ].map(([method = '', path = '']) => [method, `http://catalog.shop.localhost${path}`] as const),
]

const callers: readonly (EvalCaller | null)[] = [
  null,
  ...subsets(groups).flatMap((some) =>
    levels.map((level) => ({
      identity: 'staff',
      claims: { sub: 'ann', email: 'ann@shop.example', 'cognito:groups': some, ...(level !== null && { level }) },
    })),
  ),
  // At the door: claims that do not fit.
  { identity: 'staff', claims: { sub: 'ann', email: 'ann@shop.example', 'cognito:groups': 'support' } },
  ...scopes.map((scope) => ({ identity: 'partner', claims: { client_id: 'tool', scope } })),
]

export const shopDomain: readonly EvalRequest[] = combinations(targets, callers, reasons).map(
  ([[method, url], caller, reason]) => ({
    ...{ method, url, caller },
    headers: reason === null ? {} : { 'x-refund-reason': reason },
  }),
)

/** The numbers and texts that its requests are made of. */
export const shopConstants = {
  ints: [
    ...ids,
    ...levels.filter((level) => level !== null),
    ...reasons.flatMap((reason) => (reason === null ? [] : [reason.length])),
  ],
  strings: [...groups, ...scopes, 'x-refund-reason'],
}
