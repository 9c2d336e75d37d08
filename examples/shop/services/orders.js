// The orders service. It decides nothing: who gets here may do what the route says.
import { serve } from './server.js'

const orders = new Map([
  [7, { id: 7, customer: 'c1', total: 1200, currency: 'EUR' }],
  [1042, { id: 1042, customer: 'c2', total: 4990, currency: 'EUR' }],
  [1043, { id: 1043, customer: 'c1', total: 250, currency: 'USD' }],
])

serve('orders', (path, request) => {
  if (path === '/healthz') return [200, { healthy: true }]
  if (path === '/orders') return [200, { orders: [...orders.values()] }]
  const [, id, refund] = /^\/orders\/(\d+)(\/refund)?$/.exec(path) ?? []
  const order = orders.get(Number(id))
  if (order === undefined) return [404, { error: 'no such order' }]
  if (refund === undefined) return [200, { order }]
  return [202, { refunded: order.id, reason: request.headers['x-refund-reason'] }]
})
