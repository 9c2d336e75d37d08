import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listHas, listHasInt, makeSet, setHas, setHasInt } from './numbers.ts'

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  2 ** 53 - 1,
  1e308,
  Infinity,
  -Infinity,
  NaN,
]
const number = fc.oneof(fc.constantFrom(...special), fc.double(), fc.integer(), fc.maxSafeInteger())

test('numbers of every size are found, and no others', () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 40 }), number, fc.nat(), (list, other, at) => {
      const set = makeSet(list)
      expect([...set]).toEqual([...new Set(list)])
      for (const value of [other, list[at % Math.max(1, list.length)] ?? 7]) {
        const held = list.some((one) => one === value)
        expect(setHas(set, value)).toBe(held)
        expect(listHas(list, value)).toBe(held)
        if (!Number.isSafeInteger(value)) continue
        const halves = [Math.floor(value / 2 ** 32), value | 0] as const
        expect(setHasInt(set, ...halves)).toBe(held)
        expect(listHasInt(list, ...halves)).toBe(held)
      }
    }),
    { seed: 12, numRuns: 2_000 },
  )
})

test('a set of numbers is a set', () => {
  const set = makeSet([1.5, 2, 2, 1.5, 2 ** 40])
  expect([set.size, set.has(1.5), set.has(2 ** 40), set.has(3)]).toEqual([3, true, true, false])
  expect(makeSet(['a', 2n ** 70n]).has(2n ** 70n)).toBe(true)
})
