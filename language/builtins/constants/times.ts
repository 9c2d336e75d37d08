/** Which texts spell a moment, a time or a zone: what the checker asks of constants. */

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))$/
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Seconds since 1970 of 0001-01-01T00:00:00Z and of 9999-12-31T23:59:59Z. */
const FIRST_SECOND = -62_135_596_800
const LAST_SECOND = 253_402_300_799

/** RFC 3339 with `T` and `Z` in upper case, at most nine digits of a second, no leap second, from year 1 to year 9999 in UTC. */
export function isTimestamp(text: string): boolean {
  const match = RFC3339.exec(text)
  if (match === null) return false
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const [offsetHours, offsetMinutes] = [Number(match[8] ?? 0), Number(match[9] ?? 0)]
  const days = month === 2 && isLeap(year) ? 29 : (MONTHS[month - 1] ?? 0)
  if (day < 1 || day > days || hours > 23 || minutes > 59 || seconds > 59 || offsetHours > 23 || offsetMinutes > 59) return false
  // `Date.UTC` takes the years up to 99 for those of the twentieth century; 400 years are a whole number of weeks, and of days.
  const shifted = Date.UTC(year + 400, month - 1, day, hours, minutes, seconds) / 1000 - 146_097 * 86_400
  const offset = (offsetHours * 60 + offsetMinutes) * 60
  return isTimestampSecond(shifted - (match[7] === '-' ? -offset : offset))
}

/** Whether `timestamp` takes so many seconds since 1970. */
export function isTimestampSecond(seconds: number): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

const UNITS: Readonly<Record<string, bigint>> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
}
const LONGEST = 315_576_000_000n * 1_000_000_000n

/** A sign, then `0` or decimals with a unit each, within ±315,576,000,000 s. */
export function isDuration(text: string): boolean {
  const unsigned = text.replace(/^[+-]/, '')
  if (unsigned === '0') return true
  if (unsigned.length > 1000 || !/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:h|ms|m|s|us|ns))+$/.test(unsigned)) return false
  let sum = 0n
  for (const [, whole, fraction = '', unit] of unsigned.matchAll(/(\d*)(?:\.(\d*))?(h|ms|m|s|us|ns)/g)) {
    const size = UNITS[unit as string] as bigint
    sum += BigInt(whole as string) * size + (BigInt(`0${fraction}`) * size) / 10n ** BigInt(fraction.length)
  }
  return sum <= LONGEST
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
