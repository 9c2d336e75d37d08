/** Timestamps: bigint nanoseconds since 1970-01-01T00:00:00Z, years 1 to 9999. Beyond is an evaluation error, `undefined`. */
import { dateOf, daysInMonth, daysOf } from './calendar.ts'
import { nanosecondsOf, secondsOf } from './moment.ts'

export const NANOSECONDS = 1_000_000_000n

/** Earliest timestamp in nanoseconds since 1970, 0001-01-01T00:00:00Z. The next constant is 9999-12-31T23:59:59.999999999Z. */
const EARLIEST = -62_135_596_800n * NANOSECONDS
const LATEST = 253_402_300_799n * NANOSECONDS + 999_999_999n

export function timestampOf(nanoseconds: bigint): bigint | undefined {
  return nanoseconds >= EARLIEST && nanoseconds <= LATEST ? nanoseconds : undefined
}

export function timestampOfSeconds(seconds: number): bigint | undefined {
  return timestampOf(BigInt(seconds) * NANOSECONDS)
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/

/**
 * Parses an RFC 3339 timestamp with upper-case `T` and `Z`, at most nine fraction digits and no leap second. Returns
 * nanoseconds since 1970, or `undefined` if it is invalid.
 */
export function parseTimestamp(text: string): bigint | undefined {
  // A fast bound; the pattern has it too.
  if (text.length > 35) return undefined
  const match = RFC3339.exec(text)
  if (match === null) return undefined
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)]
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if (hours > 23 || minutes > 59 || seconds > 59 || offsetHours > 23 || offsetMinutes > 59) return undefined
  const offset = (offsetHours * 60 + offsetMinutes) * (match[8] === '-' ? -60 : 60)
  const whole = daysOf(year, month, day) * 86_400 + hours * 3600 + minutes * 60 + seconds - offset
  return timestampOf(BigInt(whole) * NANOSECONDS + BigInt((match[7] ?? '').padEnd(9, '0')))
}

/** Formats a timestamp in nanoseconds since 1970 as RFC 3339 in UTC, without trailing zeros of the fraction. */
export function formatTimestamp(time: bigint): string {
  const seconds = secondsOf(time)
  const days = Math.floor(seconds / 86_400)
  const { year, month, day } = dateOf(days)
  const rest = seconds - days * 86_400
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map((part) => pad(part, 2)).join(':')
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock}${fraction(nanosecondsOf(time))}Z`
}

/** Formats nanoseconds as a fraction such as `.5`, or as an empty text for 0. */
export function fraction(nanoseconds: number): string {
  return nanoseconds === 0 ? '' : `.${pad(nanoseconds, 9).replace(/0+$/, '')}`
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}
