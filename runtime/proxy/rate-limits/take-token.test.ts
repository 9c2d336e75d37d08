/** The bucket against the words of `spec/language/obligations.md`, in exact arithmetic and with a clock of the test's own. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Level, takeToken } from './take-token.ts'

const FULL = process.env.IAP_FULL !== undefined
const RUNS = { numRuns: FULL ? 20_000 : 500, seed: 7 }

/** Tokens as fractions with `per` below, since a token runs in within `per / count`. */
class Bucket {
  readonly #count: bigint
  readonly #per: bigint
  #tokens: bigint
  #at: bigint

  constructor(count: number, per: number, at: number) {
    this.#count = BigInt(count)
    this.#per = BigInt(per)
    this.#tokens = this.#count * this.#per
    this.#at = BigInt(at)
  }

  take(now: number): { taken: boolean; left: number } {
    const run = this.#tokens + (BigInt(now) - this.#at) * this.#count
    const most = this.#count * this.#per
    this.#tokens = run > most ? most : run
    this.#at = BigInt(now)
    const taken = this.#tokens >= this.#per
    if (taken) this.#tokens -= this.#per
    return { taken, left: Number(this.#tokens / this.#per) }
  }
}

const limits = fc.record({
  count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 100_000 })),
  per: fc.oneof(
    fc.integer({ min: 1, max: 20 }),
    fc.constantFrom(500, 1000, 60_000, 3_600_000, 86_400_000),
    fc.integer({ min: 1, max: 2 ** 35 }),
  ),
})
/** Milliseconds between two requests, many of them none. */
const pauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 33 })), {
  minLength: 1,
  maxLength: 60,
})

describe('a bucket', () => {
  test('holds N tokens, which run in within D, and gives one for each request', () => {
    fc.assert(
      fc.property(limits, pauses, ({ count, per }, all) => {
        const level: Level = { owed: 0, at: 0 }
        const model = new Bucket(count, per, 0)
        let now = 0
        for (const pause of all) {
          now += pause
          const { taken, left } = takeToken(level, { count, per }, now)
          expect({ taken, left }).toEqual(model.take(now))
        }
      }),
      RUNS,
    )
  })

  test('has a token at the very millisecond that it says, and not before', () => {
    fc.assert(
      fc.property(limits, pauses, ({ count, per }, all) => {
        const level: Level = { owed: 0, at: 0 }
        let now = 0
        for (const pause of all) {
          now += pause
          const { left, wait } = takeToken(level, { count, per }, now)
          const tokensAt = (at: number) => {
            const later = { ...level }
            let tokens = 0
            while (tokens <= left && takeToken(later, { count, per }, at).taken) tokens++
            return tokens
          }
          expect(wait).toBeGreaterThan(0)
          // Of many left it would take as long to count them.
          if (left > 50) continue
          expect(tokensAt(now + wait - 1)).toBe(left)
          expect(tokensAt(now + wait)).toBe(left + 1)
        }
      }),
      { ...RUNS, numRuns: RUNS.numRuns / 5 },
    )
  })

  test('lets N + N·T/D pass within any T, and whoever asks all the time gets all of these', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 150 }),
        (count, per, time) => {
          const level: Level = { owed: 0, at: 0 }
          let passed = 0
          for (let now = 0; now <= time; now++) while (takeToken(level, { count, per }, now).taken) passed++
          expect(passed).toBe(count + Math.floor((count * time) / per))
        },
      ),
      RUNS,
    )
  })

  test('gives nothing for a clock that goes back, and loses nothing by it', () => {
    const limit = { count: 2, per: 1000 }
    const level: Level = { owed: 0, at: 0 }
    const takeAt = (now: number) => takeToken(level, limit, now).taken
    expect([takeAt(5000), takeAt(5000), takeAt(5000)]).toEqual([true, true, false])
    expect([takeAt(100), takeAt(599), takeAt(600)]).toEqual([false, false, true])
  })

  test('is none of a limit that is none', () => {
    for (const limit of [
      { count: Number.NaN, per: 1000 },
      { count: 5, per: Number.NaN },
      { count: 0, per: 1000 },
    ])
      expect(takeToken({ owed: 0, at: 0 }, limit, 1).taken).toBe(false)
  })
})
