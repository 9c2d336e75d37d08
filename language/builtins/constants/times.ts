/** What texts of moments and times stand for, in nanoseconds, null for what is none; and which are zones. */

const SECOND = 1_000_000_000n

/** Whether it is a moment from 0001-01-01T00:00:00Z to the end of 9999, in nanoseconds since 1970. */
export function isTimestamp(ns: bigint): boolean {
  return ns >= -62_135_596_800n * SECOND && ns < 253_402_300_800n * SECOND
}

/** Whether it is within ±315,576,000,000 s. */
export function isDuration(ns: bigint): boolean {
  return ns >= -315_576_000_000n * SECOND && ns <= 315_576_000_000n * SECOND
}

/** RFC 3339 with `T` and `Z` in upper case, at most nine digits of a second, no leap second, from year 1 to year 9999 in UTC. */
export function parseTimestamp(text: string): bigint | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/.exec(text)
  const [, local = '', fraction = '', sign = '+', hours = '0', minutes = '0'] = match ?? []
  const utc = Date.parse(`${local}Z`)
  // What the calendar or the clock has not comes back as something else: the 30th of February, 24:00.
  if (Number.isNaN(utc) || !new Date(utc).toISOString().startsWith(local)) return null
  const offset = Number(`${sign}1`) * (Number(hours) * 3600 + Number(minutes) * 60)
  const ns = BigInt(utc / 1000 - offset) * SECOND + BigInt(fraction.padEnd(9, '0'))
  return isTimestamp(ns) ? ns : null
}

const UNITS: Readonly<Record<string, bigint>> = {
  h: 3600n * SECOND,
  m: 60n * SECOND,
  s: SECOND,
  ms: 1_000_000n,
  us: 1000n,
  ns: 1n,
}

/** No number within the range has more digits before its point; behind it, no more are looked at. */
const MOST_DIGITS = 21

/** A sign, then `0` or decimals with a unit each: `1h30m`, `-1.5s`. Of each, what is below a nanosecond is cut off. */
export function readDurationConstant(text: string): bigint | null {
  if (/^[+-]?0$/.test(text)) return 0n
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|ns))+$/.test(text)) return null
  let length = 0n
  for (const [, digits = '', behind = '', unit = ''] of text.matchAll(/(\d*)\.?(\d*)([a-z]+)/g)) {
    const [whole, fraction] = [digits.replace(/^0+/, ''), behind.slice(0, MOST_DIGITS)]
    if (whole.length > MOST_DIGITS) return null
    length += (BigInt(whole + fraction) * (UNITS[unit] as bigint)) / 10n ** BigInt(fraction.length)
  }
  const ns = text.startsWith('-') ? -length : length
  return isDuration(ns) ? ns : null
}

/** Names that were found to be known: there are some hundreds, and asking for one takes the host a quarter of a millisecond. */
const zones = new Set<string>()

/** An IANA name that the host knows, or an offset `[+-]hh:mm` of less than 15 hours. */
export function isZone(text: string): boolean {
  if (zones.has(text) || /^[+-]?(?:0\d|1[0-4]):[0-5]\d$/.test(text)) return true
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(text)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    zones.add(text)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
