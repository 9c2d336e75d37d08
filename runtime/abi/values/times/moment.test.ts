/** Against arithmetic with bigints. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as durations from './duration.ts'
import { durationOf } from './duration.ts'
import * as moments from './moment.ts'
import { timestampOf } from './timestamp.ts'

const FULL = process.env.IAP_FULL === '1'

const SECOND = 10n ** 9n
const EARLIEST = -62_135_596_800n * SECOND
const LATEST = 253_402_300_800n * SECOND - 1n
const LONGEST = 315_576_000_000n * SECOND

/** Often at a border: of the range, of a second, of 64 bits and what is like them. */
function near(min: bigint, max: bigint) {
  const borders = [
    0n,
    SECOND,
    min,
    max,
    2n ** 32n,
    2n ** 53n,
    2n ** 63n,
    2n ** 64n,
    3n * 2n ** 64n,
    2n ** 63n + 2n ** 64n,
    2n ** 68n,
  ]
  const places = [...borders, ...borders.map((one) => -one)]
  return fc
    .oneof(
      fc.bigInt({ min, max }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
      fc.tuple(fc.constantFrom(...places), fc.bigInt({ min: -3n, max: 3n })).map(([place, off]) => place + off),
      fc
        .tuple(fc.bigInt({ min: min / SECOND, max: max / SECOND }), fc.constantFrom(0n, 1n, -1n))
        .map(([s, off]) => s * SECOND + off),
    )
    .filter((one) => one >= min && one <= max)
}

const timestamp = near(EARLIEST, LATEST)
const duration = near(-LONGEST, LONGEST)
const options = { seed: 11, numRuns: FULL ? 5_000 : 1_000 }

const floor = (a: bigint, b: bigint): bigint => a / b - (a % b < 0n ? 1n : 0n)
/** A value of nanoseconds, as it is taken apart. */
const parts = (time: bigint) => [Number(floor(time, SECOND)), Number(time - floor(time, SECOND) * SECOND)]
const wanted = (time: bigint | undefined) => (time === undefined ? undefined : parts(time))
const found = (time: moments.Moment | undefined) => (time === undefined ? undefined : [time.seconds, time.nanoseconds])
const place = moments.moment(0)

describe('times taken apart', () => {
  test('have the seconds and nanoseconds that they have', () => {
    fc.assert(
      fc.property(fc.oneof(timestamp, duration), (time) => {
        expect([moments.secondsOf(time), moments.nanosecondsOf(time)]).toEqual(parts(time))
        expect(found(moments.momentOf(time))).toEqual(parts(time))
        expect(moments.secondsOf(moments.momentOf(time))).toBe(parts(time)[0])
      }),
      options,
    )
  })

  test('compare as they do', () => {
    fc.assert(
      fc.property(fc.oneof(timestamp, duration), fc.oneof(timestamp, duration), fc.boolean(), (a, b, same) => {
        const other = same ? a : b
        const expected = a < other ? -1 : a > other ? 1 : 0
        expect(moments.compareTimes(a, other)).toBe(expected)
        expect(moments.compareTimes(moments.momentOf(a), other)).toBe(expected)
        expect(moments.compareTimes(a, moments.momentOf(other))).toBe(expected)
      }),
      options,
    )
  })

  test('add and subtract as they do, and err where they leave their range', () => {
    fc.assert(
      fc.property(timestamp, timestamp, duration, duration, (t, u, d, e) => {
        expect(found(moments.elapsed(place, t, u))).toEqual(parts(t - u))
        expect(found(moments.timestampPlus(place, t, d))).toEqual(wanted(timestampOf(t + d)))
        expect(found(moments.timestampPlus(place, d, moments.momentOf(t)))).toEqual(wanted(timestampOf(t + d)))
        expect(found(moments.timestampMinus(place, t, d))).toEqual(wanted(timestampOf(t - d)))
        expect(found(moments.durationPlus(place, d, e))).toEqual(wanted(durationOf(d + e)))
        expect(found(moments.durationMinus(place, d, moments.momentOf(e)))).toEqual(wanted(durationOf(d - e)))
      }),
      options,
    )
  })

  test('to the last nanosecond of their range', () => {
    const errs = (time: moments.Moment | undefined) => time === undefined
    expect(errs(moments.timestampPlus(place, LATEST, 1n))).toBe(true)
    expect(errs(moments.timestampPlus(place, LATEST - 1n, 1n))).toBe(false)
    expect(errs(moments.timestampMinus(place, EARLIEST, 1n))).toBe(true)
    expect(errs(moments.durationPlus(place, LONGEST, 1n))).toBe(true)
    expect(errs(moments.durationPlus(place, LONGEST, -1n))).toBe(false)
    expect(errs(moments.durationMinus(place, -LONGEST, 1n))).toBe(true)
    expect(errs(moments.durationMinus(place, -LONGEST, 0n))).toBe(false)
  })

  test('a duration has the whole hours, minutes, seconds and milliseconds that it has', () => {
    fc.assert(
      fc.property(duration, (d) => {
        const time = moments.momentOf(d)
        for (const one of [d, time]) {
          expect([durations.durationHours(one), durations.durationMinutes(one), durations.durationSeconds(one)]).toEqual(
            [3600n, 60n, 1n].map((unit) => Number(d / (unit * SECOND))),
          )
          expect(durations.durationMilliseconds(one)).toBe(Number((d % SECOND) / 1_000_000n))
        }
      }),
      options,
    )
  })
})
