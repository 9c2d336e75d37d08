import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ancestors } from './ancestors.ts'
import { type Hierarchy, hierarchy } from './hierarchy.ts'

/** As emitted code asks. */
function asked(names: Hierarchy, name: string, ancestor: string): boolean {
  const above = names.ancestorsOf(name)
  const { bits } = above
  const at = names.positionOf(ancestor)
  return ((bits[(at >> 5) & (bits.length - 1)] as number) & (1 << at)) !== 0 && above.has(at, ancestor)
}

test.each([0, 1, 31, 32, 33, 63, 64, 2_047, 2_048, 5_000])('says of %i names what the hierarchy says', (size) => {
  // Each name is below what divides it by two, as if it were a heap, and every tenth below another one besides.
  const parents = Object.fromEntries(
    Array.from({ length: size }, (_, at) => {
      const own = at === 0 ? [] : [`n${(at - 1) >> 1}`]
      return [`n${at}`, at > 10 && at % 10 === 0 ? [...own, `n${at - 7}`] : own]
    }),
  )
  const names = hierarchy(parents)
  const some = ['nowhere', 'elsewhere', ...Array.from({ length: 60 }, (_, at) => `n${Math.floor((at * size) / 60)}`)]
  const wrong = (name: string) => some.filter((ancestor) => asked(names, name, ancestor) !== names.within(name, ancestor))
  for (const name of some) expect([name, wrong(name)]).toEqual([name, []])
})

test('keeps no more of anybody than 256 bytes, and of few names as many bits as they need', () => {
  const bytes = (size: number) => new Ancestors(size, [], () => true).bits.byteLength
  expect([0, 31, 32, 100, 2_047, 2_048, 1_000_000].map(bytes)).toEqual([4, 4, 8, 16, 256, 256, 256])
})

test('the hierarchy is asked only where a bit may be of several names', () => {
  let asked = 0
  const isBelow = () => {
    asked += 1
    return false
  }
  const few = new Ancestors(100, [3], isBelow)
  const many = new Ancestors(10_000, [3], isBelow)
  expect([few.has(3, ''), asked, many.has(3 + 2_048, ''), asked]).toEqual([true, 0, false, 1])
})

test('it is what the hierarchy says, whatever that is', () => {
  const graph = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { maxLength: 80 })
  fc.assert(
    fc.property(graph, (pairs) => {
      const parents: Record<string, string[]> = {}
      // No circle: what is above has the lesser number.
      for (const [one, other] of pairs)
        if (one !== other)
          parents[`n${Math.max(one, other)}`] = [...(parents[`n${Math.max(one, other)}`] ?? []), `n${Math.min(one, other)}`]
      const names = hierarchy(parents)
      const all = Array.from({ length: 52 }, (_, at) => `n${at}`)
      const wrong = all.flatMap((name) =>
        all.filter((above) => asked(names, name, above) !== names.within(name, above)).map((above) => [name, above]),
      )
      expect(wrong).toEqual([])
    }),
    { seed: 3, numRuns: 100 },
  )
})
