import { expect, test } from 'vitest'
import { learnedText, MOST_LEARNED, readLearned } from './learned.ts'
import { Learner } from './learner.ts'

const LONG = ['administration', 'configuration', 'documentation', 'communication', 'representation']

/** Long words that differ in their ends, 24 in each place, by all methods, at the longest host of words: what a client can have written that costs it least. */
function flood(learner: Learner, requests: number): void {
  const ends = Array.from({ length: 24 }, (_, at) => `${'bdfgklmnprst'[at % 12]}${'ao'[at >= 12 ? 1 : 0]}`)
  const host = Array.from({ length: 8 }, () => 'extraordinaryworking').join('.')
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
  for (let at = 0; at < requests; at++) {
    const path = [...LONG, ...LONG, 'an', 'in', 'on'].map((word, place) => {
      const end = place < 10 ? 0 : Math.floor(at / 7 / 24 ** (place - 10)) % 24
      return `${word}-${ends[end]}`
    })
    const method = methods[at % 7] as string
    learner.note({ host, method, path: `/${path.join('/')}`, route: null, caller: 'anonymous', became: 'deny' })
  }
}

test('whoever asks for much that is not there fills a megabyte at most, and everything is counted', () => {
  const learner = new Learner()
  flood(learner, 20_000)
  const learned = learner.learned()
  const text = learnedText(learned, 0)
  expect(text.length).toBeLessThan(1.1 * 2 ** 20)
  expect(learned.unrouted.length).toBeGreaterThan(1000)
  expect(learned.unrouted.reduce((sum, { count }) => sum + count, 0) + learned.beyond).toBe(20_000)
  expect(learned.beyond).toBeGreaterThan(0)
  // Of several workers, in one file.
  const all = new Learner()
  for (let worker = 0; worker < 4; worker++) all.add(learned)
  expect(learnedText(all.learned(), 0).length).toBeLessThan(1.1 * 2 ** 20)
  expect(readLearned(text)).toEqual(learned)
})

test('what the policy has takes no more either, and keeps its room beside what it has not', () => {
  const learner = new Learner()
  flood(learner, 10_000)
  for (let at = 0; at < 40_000; at++)
    learner.note({
      ...{ host: 'shop.example', method: 'GET', path: '/', caller: 'staff', became: 'permit' },
      route: { name: `shop.route_${at % 20_000}`, service: 'shop', template: `/orders/${'a'.repeat(200)}` },
    })
  const learned = learner.learned()
  const counted = learned.routes.reduce((sum, { callers }) => sum + (callers.staff?.permit ?? 0), 0)
  const unrouted = learned.unrouted.reduce((sum, { count }) => sum + count, 0)
  expect([learned.routes.length > 4000, counted + unrouted + learned.beyond]).toEqual([true, 50_000])
  expect(learnedText(learned, 0).length).toBeLessThan(3.2 * 2 ** 20)
  expect(learned.routes.map(({ route }) => route)).toEqual(learned.routes.map(({ route }) => route).sort())
})

test('a text that no proxy has written for its length is not read', () => {
  const text = learnedText(new Learner().learned(), 0)
  expect(readLearned(text)).toEqual(new Learner().learned())
  expect(readLearned(text + ' '.repeat(MOST_LEARNED))).toBe(null)
})
