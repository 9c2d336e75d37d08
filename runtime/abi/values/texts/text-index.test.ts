import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextMap, TextSet } from './text-collections.ts'
import { TextIndex } from './text-index.ts'

test('every text has its position, and no other text has one', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom('', 'a', 'ab', 'abc', '\u{1f600}', '__proto__', 'constructor'),
  )
  fc.assert(
    fc.property(fc.uniqueArray(text, { maxLength: 40 }), fc.array(text, { maxLength: 20 }), (texts, others) => {
      const index = new TextIndex(texts)
      for (const one of [...texts, ...others]) expect(index.find(one)).toBe(texts.indexOf(one))
    }),
    { seed: 6, numRuns: 1_000 },
  )
})

test('texts that are alike where one looks are found all the same, and in no more time', () => {
  const texts = Array.from({ length: 50_000 }, (_, at) => `${at}@staff.example`)
  const index = new TextIndex(texts)
  expect(texts.every((text, at) => index.find(text) === at)).toBe(true)
  expect(index.find('50000@staff.example')).toBe(-1)
})

test('a set and a map of texts are what they are elsewhere', () => {
  const set = new TextSet(['a', 'b', 'a'])
  expect([[...set], set.size, set.has('b'), set.has('c')]).toEqual([['a', 'b'], 2, true, false])
  const map = new TextMap<number | undefined>([
    ['a', 1],
    ['b', undefined],
  ])
  expect([map.get('a'), map.has('b'), map.get('c'), map.size]).toEqual([1, true, undefined, 2])
  expect(['a', 'b', 'c'].map((key) => map.entryAt(map.positionOf(key)))).toEqual([1, undefined, undefined])
  expect([...map.mapped((value) => String(value))]).toEqual([
    ['a', '1'],
    ['b', 'undefined'],
  ])
})
