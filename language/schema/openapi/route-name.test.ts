import { expect, test } from 'vitest'
import { routeName } from './route-name.ts'

test.each([
  ['listOrders', 'listOrders'],
  ['_list_', '_list_'],
  ['list-orders', 'list_orders'],
  ['Orders: list all', 'Orders_list_all'],
  ['orders.list/v2', 'orders_list_v2'],
  ['2fa', '_2fa'],
  ['__proto__', 'proto'],
  ['in', 'in_'],
  ['café', 'cafe'],
  ['Übersicht', 'Ubersicht'],
  [`-a${'_'.repeat(100_000)}a`, 'a'],
  ['', 'get_orders_id'],
  ['---', 'get_orders_id'],
  [null, 'get_orders_id'],
])('%j → %s', (id, name) => expect(routeName(id, 'GET', '/orders/{id: int}')).toBe(name))

test.each([
  ['GET', '/', 'get'],
  ['PUT', '/a-b/{c_d}/{rest...}', 'put_a_b_c_d_rest'],
  ['POST', '/日本/', 'post'],
])('%s %s → %s', (method, template, name) => expect(routeName(null, method, template)).toBe(name))
