import { expect, test } from 'vitest'
import { NO_OBLIGATIONS } from '../module/read-trace.ts'
import type { RequestSample } from './candidate.ts'
import type { Judgement } from './judgement.ts'
import { MOST_DIFFERENCES, MOST_SAMPLES, sumTallies } from './sum-tallies.ts'
import { TallyBook } from './tally-book.ts'

const judged = (effect: Judgement['effect'], rules: readonly string[], reason: string | null = null): Judgement => ({
  ...{ route: 'app.a', service: 'app', effect, rules, reason, challenge: null, obligations: NO_OBLIGATIONS },
  all: () => rules,
})
const sample = (requestId: string, changes: Partial<RequestSample> = {}): RequestSample => ({
  ...{ requestId, time: '2026-03-02T09:00:00.000Z', identity: 'user', subject: 'ann', method: 'GET', path: '/a' },
  ...changes,
})
const permit = judged('permit', ['a'])
const deny = judged('deny', [], 'default')

test('of what is decided for real, tells apart what is of the step', () => {
  const book = new TallyBook()
  book.decided('candidate', true)
  book.decided('candidate', false, true)
  book.decided('active', false, true)
  expect(book.read()).toMatchObject({ candidate: { decided: 2, refused: 1 }, ofStep: 1, active: { decided: 1 } })
})

test('counts what differs by route, kind and what both decided, with the first few requests of each', () => {
  const book = new TallyBook()
  for (let at = 0; at < 8; at++) book.differs('newlyDenied', permit, deny, () => sample(`${at}`))
  book.differs('newlyDenied', permit, judged('deny', ['f'], 'No.'), () => sample('x'))
  book.same()
  book.count('failed')
  book.decided('active', false)
  book.decided('candidate', true)
  const tally = book.read()
  expect(tally).toMatchObject({ compared: 10, newlyDenied: 9, newlyPermitted: 0, other: 0, failed: 1, unlisted: 0, ended: null })
  expect([tally.active, tally.candidate]).toEqual([
    { decided: 1, refused: 0 },
    { decided: 1, refused: 1 },
  ])
  const [first, second] = tally.differences
  expect(first).toMatchObject({
    route: 'app.a',
    count: 8,
    active: { effect: 'permit', rule: 'a' },
    candidate: { reason: 'default' },
  })
  expect(first?.samples.map(({ requestId }) => requestId)).toEqual(['0', '1', '2', '3', '4'].slice(0, MOST_SAMPLES))
  expect(second).toMatchObject({ count: 1, candidate: { effect: 'deny', rule: 'f', reason: 'No.' } })
})

test('what it holds is bounded, whatever comes: by kinds, and by what a client sends', () => {
  const book = new TallyBook()
  for (let at = 0; at < MOST_DIFFERENCES + 7; at++)
    book.differs('other', judged('permit', [`r${at}`]), permit, () =>
      sample('x', { path: '/'.repeat(9000), subject: 's'.repeat(9000) }),
    )
  const { differences, unlisted, other } = book.read()
  expect([differences.length, unlisted, other]).toEqual([MOST_DIFFERENCES, 7, MOST_DIFFERENCES + 7])
  expect(JSON.stringify(differences).length).toBeLessThan(MOST_DIFFERENCES * 1000)
})

test('a book that is read does not change with what comes after', () => {
  const book = new TallyBook()
  book.differs('newlyDenied', permit, deny, () => sample('1'))
  const read = book.read()
  book.differs('newlyDenied', permit, deny, () => sample('2'))
  expect(read.differences[0]).toMatchObject({ count: 1, samples: [{ requestId: '1' }] })
})

test('the sum of several is what one would have found', () => {
  const books = [new TallyBook(), new TallyBook(), new TallyBook()]
  const one = new TallyBook()
  for (let at = 0; at < 600; at++) {
    const candidate = judged('deny', [], `reason ${at % 150}`)
    for (const book of [one, books[at % 3] as TallyBook]) {
      if (at % 4 === 0) book.same()
      else book.differs('newlyDenied', permit, candidate, () => sample(`${at}`))
      book.decided('active', at % 2 === 0)
    }
  }
  const [sum, whole] = [sumTallies(books.map((book) => book.read())), one.read()]
  const sorted = ({ differences, ...rest }: typeof whole) => ({
    ...rest,
    differences: differences.map(({ candidate, count }) => [candidate.reason, count]).sort(),
  })
  expect(sorted(sum)).toEqual(sorted(whole))
  expect(sum.differences.every(({ samples, count }) => samples.length === Math.min(count, MOST_SAMPLES))).toBe(true)
})

test('samples of several are in the order of their requests', () => {
  const books = ['2026-12-01T10:00:00.002Z', '2026-12-01T10:00:00.001Z'].map((time) => {
    const book = new TallyBook()
    book.differs('newlyDenied', permit, judged('deny', []), () => ({ ...sample(time), time }))
    return book.read()
  })
  expect(sumTallies(books).differences[0]?.samples.map(({ time }) => time.slice(-4))).toEqual(['001Z', '002Z'])
})

test('a sum of more kinds than are told apart loses none of its counts', () => {
  const books = [0, 1].map((half) => {
    const book = new TallyBook()
    for (let at = 0; at < MOST_DIFFERENCES; at++)
      book.differs('other', judged('permit', [`${half}-${at}`]), permit, () => sample('x'))
    return book.read()
  })
  const { differences, unlisted, other } = sumTallies(books)
  expect([differences.length, unlisted, other]).toEqual([MOST_DIFFERENCES, MOST_DIFFERENCES, 2 * MOST_DIFFERENCES])
})
