import { expect, test } from 'vitest'
import { endpointsOf } from './service.ts'

const of = (...addresses: string[]) => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

test.each([
  ['nothing', of(), []],
  ['one', of('10.0.0.1'), [['10.0.0.1']]],
  ['one of each family is one machine, in the order of the system', of('::1', '127.0.0.1'), [['::1', '127.0.0.1']]],
  ['several', of('10.0.0.1', '10.0.0.2'), [['10.0.0.1'], ['10.0.0.2']]],
  ['several of IPv6', of('fd00::1', 'fd00::2'), [['fd00::1'], ['fd00::2']]],
  ['several of both', of('fd00::1', 'fd00::2', '10.0.0.1', '10.0.0.2'), [['10.0.0.1'], ['10.0.0.2']]],
  ['several of one', of('fd00::1', 'fd00::2', '10.0.0.1'), [['10.0.0.1']]],
  ['the same twice', of('10.0.0.1', '10.0.0.1'), [['10.0.0.1']]],
])('%s', (_, found, expected) => {
  expect(endpointsOf(found).map((each) => each.map(({ address }) => address))).toEqual(expected)
})
