/** Clock and calendar fields in a zone or UTC. An unknown zone is an error, NaN. */
import { type CalendarDate, daysOf, readDate } from './calendar.ts'
import { Moment, type Time, take } from './moment.ts'
import { findZone, type Zone } from './zone.ts'

type Where = Zone | string | undefined

const clock = new Moment()
const date: { -readonly [F in keyof CalendarDate]: CalendarDate[F] } = { year: 0, month: 0, day: 0 }

/** Sets the clock to a time in a zone. Returns false for an unknown zone. */
function look(time: Time, where: Where): boolean {
  take(time, clock)
  if (where === undefined) return true
  const zone = typeof where === 'string' ? findZone(where) : where
  if (zone === undefined) return false
  zone.shift(clock)
  return true
}

function lookAtDate(time: Time, where: Where): boolean {
  if (!look(time, where)) return false
  readDate(Math.floor(clock.seconds / 86_400), date)
  return true
}

/** Returns how many units have passed within a larger unit. */
function passed(unit: number, within: number): number {
  return modulo(Math.floor(clock.seconds / unit), within)
}

function modulo(value: number, by: number): number {
  return value - Math.floor(value / by) * by
}

export function getFullYear(time: Time, where?: Zone | string): number {
  return lookAtDate(time, where) ? date.year : Number.NaN
}

/** Returns the month of a timestamp, from 0 for January. */
export function getMonth(time: Time, where?: Zone | string): number {
  return lookAtDate(time, where) ? date.month - 1 : Number.NaN
}

/** Returns the day of the month of a timestamp, from 1. */
export function getDate(time: Time, where?: Zone | string): number {
  return lookAtDate(time, where) ? date.day : Number.NaN
}

/** Returns the day of the month of a timestamp, from 0. */
export function getDayOfMonth(time: Time, where?: Zone | string): number {
  return lookAtDate(time, where) ? date.day - 1 : Number.NaN
}

/** Returns the day of the week of a timestamp, from 0 for Sunday. 1970-01-01 was a Thursday. */
export function getDayOfWeek(time: Time, where?: Zone | string): number {
  return look(time, where) ? modulo(Math.floor(clock.seconds / 86_400) + 4, 7) : Number.NaN
}

/** Returns the day of the year of a timestamp, from 0. */
export function getDayOfYear(time: Time, where?: Zone | string): number {
  return lookAtDate(time, where) ? Math.floor(clock.seconds / 86_400) - daysOf(date.year, 1, 1) : Number.NaN
}

export function getHours(time: Time, where?: Zone | string): number {
  return look(time, where) ? passed(3600, 24) : Number.NaN
}

export function getMinutes(time: Time, where?: Zone | string): number {
  return look(time, where) ? passed(60, 60) : Number.NaN
}

export function getSeconds(time: Time, where?: Zone | string): number {
  return look(time, where) ? passed(1, 60) : Number.NaN
}

/** Returns the milliseconds of a timestamp within its second. The zone is checked but has no effect. */
export function getMilliseconds(time: Time, where?: Zone | string): number {
  return look(time, where) ? Math.floor(clock.nanoseconds / 1_000_000) : Number.NaN
}
