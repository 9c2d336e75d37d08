import { expect, test } from 'vitest'
import { nearest } from './suggest.ts'

const known = ['orders', 'order', 'staff', 'support', 'on', 'pii']

test.each([
  ['ordres', 'orders'],
  ['orderss', 'orders'],
  ['suport', 'support'],
  ['Staff', 'staff'],
  ['sttaf', 'staff'],
  ['onn', 'on'],
])('the name nearest to %s is %s', (name, expected) => {
  expect(nearest(name, known)).toBe(expected)
})

test.each([['billing'], ['xy'], ['supervisor'], ['']])('nothing is near to %j', (name) => {
  expect(nearest(name, ['orders', 'staff', 'support'])).toBeNull()
})

test('of names equally near, the order in which they are known does not matter', () => {
  expect(nearest('lost', ['list', 'last', 'lest'])).toBe('last')
  expect(nearest('lost', ['lest', 'last', 'list'])).toBe('last')
})

test('a long name is compared without working out what cannot be near', () => {
  expect(nearest('a'.repeat(5000), ['b'.repeat(5000)])).toBeNull()
})
