import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PositionSet } from './position-set.ts'

test('it has what it was made of, as bits and as a list', () => {
  for (const max of [31, 600, 100_000]) {
    const positions = fc.array(fc.nat(max), { maxLength: 30 })
    fc.assert(
      fc.property(positions, positions, (some, others) => {
        const set = new PositionSet(some)
        for (const one of [...some, ...others]) expect(set.has(one)).toBe(some.includes(one))
        for (const one of some)
          expect([set.has(one - 1), set.has(one + 1)]).toEqual([some.includes(one - 1), some.includes(one + 1)])
      }),
      { seed: 7, numRuns: 300 },
    )
  }
})
