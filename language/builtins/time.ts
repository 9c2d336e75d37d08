import type { Overload } from './builtin.ts'

/**
 * CEL's functions on times, to the nanosecond: timestamps from year 1 to 9999, durations within ±315,576,000,000 s; a result
 * outside is an evaluation error. A zone is an IANA name or `±hh:mm` up to 14:59, whose `+` is optional; an invalid constant one
 * is a compile error.
 */
export const TIME_BUILTINS = {
  'timestamp(string)': {
    signature: 'timestamp(string): timestamp',
    fails: true,
    doc:
      'The moment that the text spells: RFC 3339 with `T` and `Z` in upper case, at most nine digits of a ' +
      'second, no leap second.',
  },
  'timestamp(int)': {
    signature: 'timestamp(int): timestamp',
    fails: true,
    doc: 'The moment so many seconds after 1970-01-01T00:00:00Z.',
  },
  'timestamp(timestamp)': { signature: 'timestamp(timestamp): timestamp', fails: false, doc: 'The moment.' },
  'duration(string)': {
    signature: 'duration(string): duration',
    fails: true,
    doc:
      'The time that the text spells: `1h30m`, `-1.5s`; a sign if need be, then numbers with a unit each, `h m ' +
      's ms us ns`; `0` needs none. What is below a nanosecond is cut off.',
  },
  'duration(duration)': { signature: 'duration(duration): duration', fails: false, doc: 'The duration.' },
  'timestamp.getFullYear': {
    signature: 'timestamp.getFullYear(string?): int',
    fails: true,
    doc: 'Of the moment in UTC, or in the given zone: the year.',
  },
  'timestamp.getMonth': {
    signature: 'timestamp.getMonth(string?): int',
    fails: true,
    doc: 'Of the moment in UTC, or in the given zone: the month, 0 for January.',
  },
  'timestamp.getDate': {
    signature: 'timestamp.getDate(string?): int',
    fails: true,
    doc: 'Of the moment in UTC, or in the given zone: the day of the month, from 1.',
  },
  'timestamp.getDayOfMonth': {
    signature: 'timestamp.getDayOfMonth(string?): int',
    fails: true,
    doc: 'Of the moment in UTC, or in the given zone: the day of the month, from 0.',
  },
  'timestamp.getDayOfWeek': {
    signature: 'timestamp.getDayOfWeek(string?): int',
    fails: true,
    doc: 'Of the moment in UTC, or in the given zone: the day of the week, 0 for Sunday.',
  },
  'timestamp.getDayOfYear': {
    signature: 'timestamp.getDayOfYear(string?): int',
    fails: true,
    doc: 'Of the moment in UTC, or in the given zone: the day of the year, from 0.',
  },
  'timestamp.getHours': {
    signature: 'timestamp.getHours(string?): int',
    fails: true,
    doc: 'Of the moment in UTC, or in the given zone: the hour, 0 to 23.',
  },
  'timestamp.getMinutes': {
    signature: 'timestamp.getMinutes(string?): int',
    fails: true,
    doc: 'Of the moment in UTC, or in the given zone: the minute.',
  },
  'timestamp.getSeconds': {
    signature: 'timestamp.getSeconds(string?): int',
    fails: true,
    doc: 'Of the moment in UTC, or in the given zone: the second.',
  },
  'timestamp.getMilliseconds': {
    signature: 'timestamp.getMilliseconds(string?): int',
    fails: true,
    doc: 'Of the moment in UTC, or in the given zone: the millisecond within its second.',
  },
  'duration.getHours': {
    signature: 'duration.getHours(): int',
    fails: false,
    doc: 'The whole duration in hours, without a fraction.',
  },
  'duration.getMinutes': {
    signature: 'duration.getMinutes(): int',
    fails: false,
    doc: 'The whole duration in minutes, without a fraction.',
  },
  'duration.getSeconds': {
    signature: 'duration.getSeconds(): int',
    fails: false,
    doc: 'The whole duration in seconds, without a fraction.',
  },
  'duration.getMilliseconds': {
    signature: 'duration.getMilliseconds(): int',
    fails: false,
    doc: 'The milliseconds within the second, without a fraction; negative in a negative duration.',
  },
} as const satisfies Record<string, Overload>
