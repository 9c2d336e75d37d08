import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Filling, SoonestFull } from './soonest-full.ts'

test('finds the one that is full first, whatever came, went, and became later', () => {
  const step = fc.record({ what: fc.constantFrom('add', 'add', 'later', 'remove'), which: fc.nat(), by: fc.nat(1000) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new SoonestFull<Filling>()
      const all: Filling[] = []
      for (const { what, which, by } of steps) {
        const one = all[which % Math.max(1, all.length)]
        if (what === 'add' || one === undefined) {
          const made = { fullAt: by, place: -1 }
          heap.add(made)
          all.push(made)
        } else if (what === 'later') {
          one.fullAt += by
          heap.later(one)
        } else {
          heap.remove(one)
          all.splice(all.indexOf(one), 1)
        }
        expect(heap.size).toBe(all.length)
        expect(heap.first?.fullAt).toBe(all.length === 0 ? undefined : Math.min(...all.map(({ fullAt }) => fullAt)))
      }
    }),
    { numRuns: 500, seed: 7 },
  )
})
