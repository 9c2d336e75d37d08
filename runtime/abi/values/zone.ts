/** Time zones: IANA names, by the host's tables, and fixed offsets. */
import { daysOf } from './calendar.ts'

export interface Zone {
  /** How many seconds its clocks are ahead of UTC at a moment, in whole seconds since 1970. */
  offsetAt(seconds: number): number
}

/** Of a constant, once per module: a host that does not know it cannot run the module. */
export function zone(name: string): Zone {
  const found = findZone(name)
  if (found === undefined) throw new Error(`no time zone ${JSON.stringify(name)}`)
  return found
}

const zones = new Map<string, Zone>()

/** Undefined where it is no zone. Names are found whatever the case of their letters, so that there are only so many. */
export function findZone(name: string): Zone | undefined {
  const key = name.toLowerCase()
  const known = zones.get(key)
  if (known !== undefined) return known
  const found = fixedZone(name) ?? namedZone(name)
  if (found !== undefined) zones.set(key, found)
  return found
}

/** `+02:00`, `-09:30`, `02:00`, up to 14:59. */
function fixedZone(name: string): Zone | undefined {
  const match = /^([+-]?)(0\d|1[0-4]):([0-5]\d)$/.exec(name)
  if (match === null) return undefined
  const offset = (Number(match[2]) * 60 + Number(match[3])) * (match[1] === '-' ? -60 : 60)
  return { offsetAt: () => offset }
}

function namedZone(name: string): Zone | undefined {
  if (name.length > 64 || !/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return undefined
  const format = formatOf(name)
  return format === undefined ? undefined : cached((seconds) => offsetBy(format, seconds))
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const part = '2-digit'
  const parts = { year: 'numeric', month: part, day: part, hour: part, minute: part, second: part } as const
  try {
    return new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { timeZone, hourCycle: 'h23', ...parts })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Before that, a zone has the mean time of its place, and hosts write years in other ways. */
const FIRST = daysOf(1700, 1, 1) * 86_400

function offsetBy(format: Intl.DateTimeFormat, seconds: number): number {
  const moment = Math.max(seconds, FIRST)
  const fields = new Map(format.formatToParts(moment * 1000).map(({ type, value }) => [type, Number(value)]))
  const field = (type: Intl.DateTimeFormatPartTypes) => fields.get(type) ?? Number.NaN
  const days = daysOf(field('year'), field('month'), field('day'))
  return days * 86_400 + field('hour') * 3600 + field('minute') * 60 + field('second') - moment
}

/** A quarter of an hour, in which no zone changes its clocks twice. */
const SPAN = 900

/** Asks once for each quarter of an hour in which nothing changes, as long as questions stay in it. */
function cached(offsetAt: (seconds: number) => number): Zone {
  let from = Number.NaN
  let known = 0
  return {
    offsetAt(seconds) {
      const start = Math.floor(seconds / SPAN) * SPAN
      if (start === from) return known
      const offset = offsetAt(start)
      if (offsetAt(start + SPAN - 1) !== offset) return offsetAt(seconds)
      from = start
      known = offset
      return offset
    },
  }
}
