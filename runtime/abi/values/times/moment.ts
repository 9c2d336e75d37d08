/**
 * Parsed times. Values are bigints, whose arithmetic allocates; intermediate results go to a `Moment` preallocated for each place
 * in emitted code.
 */

/**
 * A time or duration as whole seconds, rounded down, and nanoseconds from 0 to 999,999,999. Emitted code reuses one object for
 * each computation, so that decisions allocate no memory.
 */
export class Moment {
  seconds = 0.5
  nanoseconds = 0.5
  /** Result of `inUnits`: the duration as a number of whole units. */
  whole = 0.5
}

/**
 * A time or duration: nanoseconds as an immutable bigint, or a `Moment`, which the next computation with the same object
 * overwrites.
 */
export type Time = bigint | Moment

/**
 * Creates an object to which a computation writes its result. The compiler numbers computations whose results are in use at the
 * same time, so that they do not share an object. The number itself is ignored.
 */
export function moment(_place: number): Moment {
  return new Moment()
}

/**
 * Converts a constant time or duration from nanoseconds. Emitted code calls it once for each constant when a module is loaded.
 */
export function momentOf(time: bigint): Moment {
  const made = new Moment()
  take(time, made)
  return made
}

/** Returns a time or duration as a bigint of nanoseconds. Returns `undefined`, an evaluation error, for `undefined`. */
export function timeOf(time: Time | undefined): bigint | undefined {
  if (time === undefined || typeof time === 'bigint') return time
  return BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanoseconds)
}

/** Scratch values, as passing large numbers would box them. */
const one = new Moment()
const two = new Moment()

/** Returns the whole seconds of a time, rounded down. */
export function secondsOf(time: Time): number {
  take(time, one)
  return one.seconds
}

/** Returns the nanoseconds of a time within its second, from 0 to 999,999,999. */
export function nanosecondsOf(time: Time): number {
  take(time, one)
  return one.nanoseconds
}

/** Copies a time or duration to the object `into` and returns that object. */
export function seen(into: Moment, time: Time): Moment {
  take(time, into)
  return into
}

/** Compares two times or two durations. Returns −1, 0 or 1. */
export function compareTimes(left: Time, right: Time): number {
  take(left, one)
  take(right, two)
  if (one.seconds !== two.seconds) return one.seconds < two.seconds ? -1 : 1
  return one.nanoseconds < two.nanoseconds ? -1 : one.nanoseconds > two.nanoseconds ? 1 : 0
}

/**
 * Writes the difference of two times to `into` and returns it. It cannot overflow, as timestamps are never further apart than the
 * longest duration.
 */
export function elapsed(into: Moment, later: Time, earlier: Time): Moment {
  subtract(into, later, earlier)
  return into
}

/**
 * Writes the timestamp of a number of seconds since 1970 to `into` and returns it. Returns `undefined`, an evaluation error,
 * outside of the years 1 to 9999.
 */
export function timestampAt(into: Moment, seconds: number): Moment | undefined {
  into.seconds = seconds
  into.nanoseconds = 0
  return isTimestamp(into) ? into : undefined
}

/**
 * Writes the sum of a timestamp and a duration to `into` and returns it. Returns `undefined`, an evaluation error, outside of the
 * years 1 to 9999.
 */
export function timestampPlus(into: Moment, timestamp: Time, duration: Time): Moment | undefined {
  add(into, timestamp, duration)
  return isTimestamp(into) ? into : undefined
}

export function timestampMinus(into: Moment, timestamp: Time, duration: Time): Moment | undefined {
  subtract(into, timestamp, duration)
  return isTimestamp(into) ? into : undefined
}

/**
 * Writes the sum of two durations to `into` and returns it. Returns `undefined`, an evaluation error, beyond ±315,576,000,000
 * seconds.
 */
export function durationPlus(into: Moment, left: Time, right: Time): Moment | undefined {
  add(into, left, right)
  return isDuration(into) ? into : undefined
}

export function durationMinus(into: Moment, left: Time, right: Time): Moment | undefined {
  subtract(into, left, right)
  return isDuration(into) ? into : undefined
}

function add(into: Moment, left: Time, right: Time): void {
  take(left, one)
  take(right, two)
  const nanoseconds = one.nanoseconds + two.nanoseconds
  const carry = nanoseconds >= 1e9 ? 1 : 0
  into.seconds = one.seconds + two.seconds + carry
  into.nanoseconds = nanoseconds - carry * 1e9
}

function subtract(into: Moment, left: Time, right: Time): void {
  take(left, one)
  take(right, two)
  const nanoseconds = one.nanoseconds - two.nanoseconds
  const carry = nanoseconds < 0 ? 1 : 0
  into.seconds = one.seconds - two.seconds - carry
  into.nanoseconds = nanoseconds + carry * 1e9
}

/** Seconds from 1970 to 0001-01-01T00:00:00Z, the earliest timestamp. `LATEST` is the last second of the year 9999. */
export const EARLIEST = -62_135_596_800
export const LATEST = 253_402_300_799
export const LONGEST = 315_576_000_000

function isTimestamp({ seconds }: Moment): boolean {
  return seconds >= EARLIEST && seconds <= LATEST
}

function isDuration({ seconds, nanoseconds }: Moment): boolean {
  return seconds >= -LONGEST && (seconds < LONGEST || (seconds === LONGEST && nanoseconds === 0))
}

export function take(time: Time, into: Moment): void {
  if (typeof time === 'bigint') split(time, into)
  else {
    into.seconds = time.seconds
    into.nanoseconds = time.nanoseconds
  }
}

const bits = new DataView(new ArrayBuffer(8))

/** Divides a time by 10⁹ without allocating a bigint, in three steps on the last 64 bits. Times have at most 70 bits. */
function split(time: bigint, into: Moment): void {
  bits.setBigInt64(0, time)
  let above = 0
  if (time < LEAST || time > MOST) above = wraps(time)
  const high = above * 2 ** 32 + bits.getInt32(0)
  const first = Math.floor(high / 1e9)
  const second = (high - first * 1e9) * 2 ** 16 + bits.getUint16(4)
  const middle = Math.floor(second / 1e9)
  const third = (second - middle * 1e9) * 2 ** 16 + bits.getUint16(6)
  const last = Math.floor(third / 1e9)
  into.seconds = first * 2 ** 32 + middle * 2 ** 16 + last
  into.nanoseconds = third - last * 1e9
}

const LEAST = -(2n ** 63n)
const MOST = 2n ** 63n - 1n
const WRAPS = 20
const ENDS: readonly bigint[] = Array.from({ length: 2 * WRAPS + 1 }, (_, at) => LEAST + BigInt(at - WRAPS + 1) * 2n ** 64n)

/** Returns how often 2⁶⁴ must be added to the value of the last 64 bits. */
function wraps(time: bigint): number {
  let at = 0
  while (time >= (ENDS[at] as bigint)) at += 1
  return at - WRAPS
}
