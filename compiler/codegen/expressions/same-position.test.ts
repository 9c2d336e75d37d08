import { expect, test } from 'vitest'
import { ask, moduleOf } from '../../testing/compile-text.ts'

/** The owner of an order is asked for in two rules, so that where it stands in the hierarchy is worked out once. */
const policy = (sign: string) => `
identity staff via jwt { sub: string }
data orders: map<string, { owner: string, urgent: bool }>
data units: hierarchy
service shop at "h.test" { route read GET "/orders/{id}" }
permit above on shop.read to staff
  when params.id in orders && orders[params.id].urgent && units.within(orders[params.id].owner, caller.sub)
permit same on shop.read to staff
  when params.id in orders && orders[params.id].owner ${sign} caller.sub
`

test.each([
  ['==', 'mia', 'permit'],
  ['==', 'tom', 'deny'],
  ['==', 'law', 'deny'],
  ['!=', 'mia', 'deny'],
  ['!=', 'tom', 'permit'],
  ['!=', 'law', 'permit'],
])('of names that a hierarchy does not mention, the texts are compared: %s %s: %s', (sign, owner, effect) => {
  const data = { units: { it: ['all'], law: ['all'] }, orders: { '1': { owner, urgent: false } } }
  expect(ask(moduleOf(policy(sign)), { path: '/orders/1', as: ['staff', { sub: 'mia' }], data }).effect).toBe(effect)
})
