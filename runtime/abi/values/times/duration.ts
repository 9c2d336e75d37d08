/** Durations: bigint nanoseconds within ±315,576,000,000 s. Beyond is an evaluation error, `undefined`. */
import { Moment, type Time, take } from './moment.ts'
import { fraction, NANOSECONDS } from './timestamp.ts'

const LONGEST = 315_576_000_000n * NANOSECONDS

export function durationOf(nanoseconds: bigint): bigint | undefined {
  return nanoseconds >= -LONGEST && nanoseconds <= LONGEST ? nanoseconds : undefined
}

const UNITS: Readonly<Record<string, bigint>> = {
  h: 3600n * NANOSECONDS,
  m: 60n * NANOSECONDS,
  s: NANOSECONDS,
  ms: 1_000_000n,
  us: 1000n,
  ns: 1n,
}
/** Maximum number of integer digits within the range. Further fraction digits do not affect a nanosecond. */
const MOST_DIGITS = 21
const FRACTION_DIGITS = 21

/**
 * Parses a duration such as `1h30m`, `-1.5s` or `0` into nanoseconds; fractions of a nanosecond are dropped. Returns
 * `undefined` if it is invalid.
 */
export function parseDuration(text: string): bigint | undefined {
  const signed = text.startsWith('-') || text.startsWith('+')
  const rest = signed ? text.slice(1) : text
  if (rest === '0') return 0n
  if (rest === '') return undefined
  const part = /(\d*)(?:\.(\d*))?(ms|us|ns|h|m|s)/y
  let total = 0n
  while (part.lastIndex < rest.length) {
    const match = part.exec(rest)
    if (match === null) return undefined
    const [, before = '', after = '', unit = ''] = match
    const whole = before.replace(/^0+/, '')
    if (before + after === '' || whole.length > MOST_DIGITS) return undefined
    const scale = UNITS[unit] as bigint
    const digits = after.slice(0, FRACTION_DIGITS)
    total += BigInt(whole || '0') * scale + (BigInt(digits || '0') * scale) / 10n ** BigInt(digits.length)
    if (total > LONGEST) return undefined
  }
  return text.startsWith('-') ? -total : total
}

/** Formats a duration in nanoseconds as seconds with a fraction, such as `90s` or `-0.5s`. */
export function formatDuration(duration: bigint): string {
  const [sign, length] = duration < 0n ? ['-', -duration] : ['', duration]
  return `${sign}${length / NANOSECONDS}${fraction(Number(length % NANOSECONDS))}s`
}

/**
 * Writes a duration as a number of whole units, truncated towards zero, to `whole` of a `Moment`. `unit` is the length of the
 * unit in seconds.
 */
export function inUnits(into: Moment, duration: Time, unit: number): Moment {
  take(duration, into)
  const seconds = into.seconds < 0 && into.nanoseconds > 0 ? into.seconds + 1 : into.seconds
  into.whole = Math.trunc(seconds / unit) + 0
  return into
}

const length = new Moment()

export function durationHours(duration: Time): number {
  return inUnits(length, duration, 3600).whole
}

export function durationMinutes(duration: Time): number {
  return inUnits(length, duration, 60).whole
}

export function durationSeconds(duration: Time): number {
  return inUnits(length, duration, 1).whole
}

/** Returns the milliseconds of a duration that exceed its whole seconds, from −999 to 999. */
export function durationMilliseconds(duration: Time): number {
  take(duration, length)
  const rest = length.seconds < 0 && length.nanoseconds > 0 ? length.nanoseconds - 1e9 : length.nanoseconds
  return Math.trunc(rest / 1_000_000) + 0
}
