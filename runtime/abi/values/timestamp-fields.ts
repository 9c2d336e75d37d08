/** What a clock and a calendar in a zone, or in UTC, show at a moment. A zone that there is not is an error: `undefined`. */
import { type CalendarDate, dateOf, daysOf } from './calendar.ts'
import { nanosecondsOf, secondsOf } from './timestamp.ts'
import { findZone, type Zone } from './zone.ts'

type Where = Zone | string | undefined

/** Seconds since 1970 on the clocks of the zone. */
function local(time: bigint, where: Where): number | undefined {
  const seconds = secondsOf(time)
  if (where === undefined) return seconds
  const zone = typeof where === 'string' ? findZone(where) : where
  return zone === undefined ? undefined : seconds + zone.offsetAt(seconds)
}

function date(time: bigint, where: Where, read: (date: CalendarDate, days: number) => number): number | undefined {
  const seconds = local(time, where)
  if (seconds === undefined) return undefined
  const days = Math.floor(seconds / 86_400)
  return read(dateOf(days), days)
}

/** A part of the day: how many of so many seconds have passed in a greater one. */
function clock(time: bigint, where: Where, unit: number, within: number): number | undefined {
  const seconds = local(time, where)
  return seconds === undefined ? undefined : modulo(Math.floor(seconds / unit), within)
}

function modulo(value: number, by: number): number {
  return value - Math.floor(value / by) * by
}

export function getFullYear(time: bigint, where?: Zone | string): number | undefined {
  return date(time, where, ({ year }) => year)
}

/** 0 for January. */
export function getMonth(time: bigint, where?: Zone | string): number | undefined {
  return date(time, where, ({ month }) => month - 1)
}

/** From 1. */
export function getDate(time: bigint, where?: Zone | string): number | undefined {
  return date(time, where, ({ day }) => day)
}

/** From 0. */
export function getDayOfMonth(time: bigint, where?: Zone | string): number | undefined {
  return date(time, where, ({ day }) => day - 1)
}

/** 0 for Sunday; 1970-01-01 was a Thursday. */
export function getDayOfWeek(time: bigint, where?: Zone | string): number | undefined {
  return date(time, where, (_, days) => modulo(days + 4, 7))
}

/** From 0. */
export function getDayOfYear(time: bigint, where?: Zone | string): number | undefined {
  return date(time, where, ({ year }, days) => days - daysOf(year, 1, 1))
}

export function getHours(time: bigint, where?: Zone | string): number | undefined {
  return clock(time, where, 3600, 24)
}

export function getMinutes(time: bigint, where?: Zone | string): number | undefined {
  return clock(time, where, 60, 60)
}

export function getSeconds(time: bigint, where?: Zone | string): number | undefined {
  return clock(time, where, 1, 60)
}

/** Those within the second; the zone is looked at only for whether it is one. */
export function getMilliseconds(time: bigint, where?: Zone | string): number | undefined {
  return local(time, where) === undefined ? undefined : Math.floor(nanosecondsOf(time) / 1_000_000)
}
