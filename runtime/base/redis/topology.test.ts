import { expect, test } from 'vitest'
import { hashSlot } from './topology.ts'

test.each([
  // The check value of CRC-16/XMODEM is 0x31C3.
  ['123456789', 0x31c3 % 16384],
  ['', 0],
  ['foo', 12182],
  ['{foo}.bar', 12182],
  ['iap:{foo}{bar}', 12182],
  ['{}foo', hashSlot('{}foo')],
  ['a{', hashSlot('a{')],
])('the slot of `%s` is %i', (key, slot) => {
  expect(hashSlot(key)).toBe(slot)
})

test('an empty hash tag does not count', () => {
  expect(hashSlot('{}foo')).not.toBe(hashSlot('{}bar'))
})
