import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecodeError } from './convert.ts'
import { hierarchy } from './hierarchy.ts'

test('a name is within itself and all that is above it', () => {
  const folders = hierarchy({ a: ['root'], b: ['a'], c: ['b', 'shared'], d: ['c'], shared: [] })
  const within = (name: string) => ['a', 'b', 'c', 'd', 'root', 'shared', 'x'].filter((other) => folders.within(name, other))
  expect(within('d')).toEqual(['a', 'b', 'c', 'd', 'root', 'shared'])
  expect(within('b')).toEqual(['a', 'b', 'root'])
  expect(within('root')).toEqual(['root'])
  expect(within('shared')).toEqual(['shared'])
  expect(within('x')).toEqual(['x'])
})

test('names that mean something to JavaScript are names', () => {
  const names = hierarchy(JSON.parse('{"__proto__":["constructor"],"constructor":["toString"]}'))
  expect(names.within('__proto__', 'toString')).toBe(true)
  expect(names.within('toString', 'constructor')).toBe(false)
  expect(names.within('valueOf', 'toString')).toBe(false)
})

test.each([
  ['of one', { a: ['a'] }],
  ['of two', { a: ['b'], b: ['a'] }],
  ['of three, behind others', { x: ['a'], a: ['b', 'y'], b: ['c'], c: ['a'] }],
])('a circle %s is refused', (_, parents) => {
  expect(() => hierarchy(parents)).toThrow(DecodeError)
})

test.each([[[]], [null], ['a'], [{ a: 'b' }], [{ a: [1] }], [{ a: null }], [{ a: ['\ud800'] }], [{ '\ud800': [] }]])(
  '%j is none',
  (json) => {
    expect(() => hierarchy(json)).toThrow(DecodeError)
  },
)

test('deep and wide ones are prepared in time that grows with their size', () => {
  const size = process.env.IAP_FULL === '1' ? 200_000 : 40_000
  const chain = Object.fromEntries(Array.from({ length: size }, (_, at) => [`n${at}`, [`n${at + 1}`]]))
  const deep = hierarchy(chain)
  expect([deep.within('n0', `n${size}`), deep.within(`n${size}`, 'n0'), deep.within('n5', 'n4')]).toEqual([true, false, false])
  const wide = hierarchy({ ...chain, all: Object.keys(chain) })
  expect([wide.within('all', 'n7'), wide.within('n7', 'all')]).toEqual([true, false])
})

test('one that would take too much is refused', () => {
  // Each name of a layer is below all of the layer before.
  const layers = 200
  const width = 30
  const parents = Object.fromEntries(
    Array.from({ length: layers * width }, (_, at) => {
      const before = Math.floor(at / width) - 1
      return [`${at}`, before < 0 ? [] : Array.from({ length: width }, (_, one) => `${before * width + one}`)]
    }),
  )
  expect(() => hierarchy(parents)).toThrow(DecodeError)
})

test('one of many names, of which some have several parents', () => {
  const size = 3_000
  // Numbers as they come, but for a seed.
  let state = 9
  const below = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const parents = Array.from({ length: size }, (_, at) => Array.from({ length: at === 0 ? 0 : below(3) }, () => below(at)))
  const above = parents.map((own, at) => new Set([at, ...own]))
  for (const all of above) for (const one of all) for (const parent of parents[one] as number[]) all.add(parent)
  const prepared = hierarchy(Object.fromEntries(parents.map((own, at) => [`n${at}`, own.map((one) => `n${one}`)])))
  for (let round = 0; round < 5_000; round += 1) {
    const [one, other] = [below(size), below(round % 2 === 0 ? size : 60)]
    expect([one, other, prepared.within(`n${one}`, `n${other}`)]).toEqual([one, other, above[one]?.has(other)])
  }
})

test('it is the closure of its parents', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const graph = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 })
  fc.assert(
    fc.property(graph, (pairs) => {
      const parents: Record<string, string[]> = {}
      for (const [at, above] of pairs) {
        const name = names[at] as string
        parents[name] = [...(parents[name] ?? []), names[above] as string]
      }
      const above = (name: string) => {
        const found = new Set<string>(parents[name])
        for (const one of found) for (const parent of parents[one] ?? []) found.add(parent)
        return found
      }
      if (names.some((name) => above(name).has(name))) {
        expect(() => hierarchy(parents)).toThrow(DecodeError)
        return
      }
      const prepared = hierarchy(parents)
      for (const a of names)
        expect([a, names.filter((b) => prepared.within(a, b))]).toEqual([a, names.filter((b) => a === b || above(a).has(b))])
    }),
    { seed: 5, numRuns: process.env.IAP_FULL === '1' ? 2_000 : 200 },
  )
})
