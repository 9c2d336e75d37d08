import { expect, test } from 'vitest'
import { compareCounts, countNames, lowerCounts } from './counts.ts'

const baseline = { same: 2, more: 1, less: 3, gone: 1 }
const now = { less: 1, more: 4, new: 1, same: 2 }

test('reports counts that rose, new names included, and counts that fell', () => {
  expect(compareCounts(baseline, now)).toEqual({
    risen: [
      { name: 'more', baseline: 1, now: 4 },
      { name: 'new', baseline: 0, now: 1 },
    ],
    fallen: [
      { name: 'gone', baseline: 1, now: 0 },
      { name: 'less', baseline: 3, now: 1 },
    ],
  })
})

test('reports nothing if nothing changed', () => {
  expect(compareCounts(baseline, { ...baseline })).toEqual({ risen: [], fallen: [] })
})

test('lowers counts, drops those that are zero and never raises one', () => {
  expect(Object.entries(lowerCounts(baseline, now))).toEqual([
    ['less', 1],
    ['more', 1],
    ['same', 2],
  ])
})

test('counts names, those of built-in members included', () => {
  expect({ ...countNames(['b', 'constructor', 'b']) }).toEqual({ b: 2, constructor: 1 })
})
