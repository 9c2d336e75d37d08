// The orders service. It decides nothing: who gets here may do what the route says.
import { serve } from './server.js'

const orders = new Map([
  [7, { id: 7, customer: 'c1', total: 1200, currency: 'EUR' }],
  [1042, { id: 1042, customer: 'c2', total: 4990, currency: 'EUR' }],
  [1043, { id: 1043, customer: 'c1', total: 250, currency: 'USD' }],
])

serve('orders', (request, caller) => {
  const path = request.url.split('?')[0]
  // The service's own word about the assertion, so that a reader of the answer sees it.
  const told = { service: 'orders', verified: true, caller: caller.sub ?? null, identity: caller.identity ?? null }
  if (path === '/healthz') return [200, { ...told, healthy: true }]
  if (path === '/orders') return [200, { ...told, orders: [...orders.values()] }]
  const [, id, refund] = /^\/orders\/(\d+)(\/refund)?$/.exec(path) ?? []
  const order = orders.get(Number(id))
  if (order === undefined) return [404, { ...told, error: 'no such order' }]
  if (refund === undefined) return [200, { ...told, order }]
  return [202, { ...told, refunded: order.id, reason: request.headers['x-refund-reason'] }]
})
