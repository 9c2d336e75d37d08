/** Parsing of constant timestamps, durations and zones. Results are in nanoseconds; null if the text is invalid. */

const SECOND = 1_000_000_000n

/** Returns whether nanoseconds since 1970 are within 0001-01-01T00:00:00Z and the end of 9999. */
export function isTimestamp(ns: bigint): boolean {
  return ns >= -62_135_596_800n * SECOND && ns < 253_402_300_800n * SECOND
}

/** Returns whether nanoseconds are within ±315,576,000,000 s. */
export function isDuration(ns: bigint): boolean {
  return ns >= -315_576_000_000n * SECOND && ns <= 315_576_000_000n * SECOND
}

/**
 * Parses a timestamp into nanoseconds since 1970: RFC 3339, in UTC years 1 to 9999. Returns null for other texts, lower-case `t`
 * or `z`, more than nine decimals of a second, and leap seconds.
 */
export function parseTimestamp(text: string): bigint | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/.exec(text)
  const [, local = '', fraction = '', sign = '+', hours = '0', minutes = '0'] = match ?? []
  const utc = Date.parse(`${local}Z`)
  // `Date` normalizes invalid dates and times, such as the 30th of February or 24:00.
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

/** The maximum number of integer digits in range; after the decimal point, further digits are ignored. */
const MOST_DIGITS = 21

/**
 * Parses a duration in nanoseconds: a sign, then `0` or decimals with units (`1h30m`, `-1.5s`). Truncates each part below a
 * nanosecond. Returns null for other texts.
 */
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

/** Known zone names: there are some hundreds, and the host takes a quarter of a millisecond to look one up. */
const zones = new Set<string>()

/** Returns whether a text is an IANA name that the host knows, or an offset `[+-]hh:mm` of less than 15 hours. */
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
