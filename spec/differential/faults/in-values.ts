/** Mistakes in what emitted code calls: values, and the doors. */
import { helpers } from '../../../runtime/abi/index.ts'
import { type Fault, inHelpers } from './fault.ts'

export const inValues: readonly Fault[] = [
  inHelpers('no overflow', { isInt: (result) => !Number.isNaN(result) }),
  inHelpers('a division is rounded down', { trunc: Math.floor }),
  inHelpers('texts in the order of their UTF-16 units', { compare: (left, right) => (left < right ? -1 : left > right ? 1 : 0) }),
  inHelpers('the size of a text in UTF-16 units', { codePoints: (text) => text.length }),
  inHelpers('`charAt` beyond the end is empty', { charAt: (text, position) => helpers.charAt(text, position) ?? '' }),
  inHelpers('a text that spells no int is 0', { intOfText: (text) => helpers.intOfText(text) || 0 }),
  inHelpers('sets of one size are equal', { sameSet: (left, right) => left.size === right.size }),
  inHelpers('January is 1', { getMonth: (time, zone) => helpers.getMonth(time, zone) + 1 }),
  inHelpers('no clock shows another time than UTC', { getHours: (time) => helpers.getHours(time) }),
  inHelpers('a timestamp lasts beyond 9999', {
    timestampOf: (nanoseconds) => nanoseconds,
    timestampPlus: (into, time, duration) => {
      into.seconds = helpers.secondsOf(time) + helpers.secondsOf(duration)
      return into
    },
  }),
  inHelpers('times that are worked out have no nanoseconds', {
    compareTimes: (left, right) => helpers.secondsOf(left) - helpers.secondsOf(right),
  }),
  inHelpers('a range has no length', {
    containsIP: (range, address) => helpers.containsIP(range, address) || address.startsWith('10.'),
  }),
  inHelpers('the address of a range is its first', { addressOf: (range) => helpers.addressOf(helpers.masked(range)) }),
  inHelpers('nobody is in a group', { intersectSets: () => false }),
  inHelpers('seconds are milliseconds', {
    claimTimestamp: (value) => helpers.claimTimestamp(typeof value === 'number' ? value / 1000 : value),
  }),
  inHelpers('records have whatever members they like', { closed: (value) => helpers.record(value) }),
  inHelpers('scopes are one word', { scopes: (value) => (typeof value === 'string' ? [value] : value) }),
  inHelpers('a header can have any value', { isHeaderValue: (value): value is string => value !== undefined }),
]
