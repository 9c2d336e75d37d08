/** A date of the proleptic Gregorian calendar. */
export interface CalendarDate {
  readonly year: number
  /** Month from 1, which is January. */
  readonly month: number
  /** Day of the month, from 1. */
  readonly day: number
}

const DAYS_OF_400_YEARS = 146_097
/** Number of days from 0000-03-01, the start of a 400-year era, to 1970-01-01. */
const DAYS_TO_1970 = 719_468

/** Returns the number of days from 1970-01-01 to a date. The calculation begins years in March, so that leap days come last. */
export function daysOf(year: number, month: number, day: number): number {
  const years = month <= 2 ? year - 1 : year
  const era = Math.floor(years / 400)
  const yearOfEra = years - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * DAYS_OF_400_YEARS + dayOfEra - DAYS_TO_1970
}

export function dateOf(days: number): CalendarDate {
  const date = { year: 0, month: 0, day: 0 }
  readDate(days, date)
  return date
}

/** Writes the date of a number of days since 1970-01-01 into an object, without allocation. The inverse of `daysOf`. */
export function readDate(days: number, into: { year: number; month: number; day: number }): void {
  const shifted = days + DAYS_TO_1970
  const era = Math.floor(shifted / DAYS_OF_400_YEARS)
  const dayOfEra = shifted - era * DAYS_OF_400_YEARS
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  into.day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  into.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  into.year = yearOfEra + era * 400 + (into.month <= 2 ? 1 : 0)
}

export function daysInMonth(year: number, month: number): number {
  return month === 12 ? 31 : daysOf(year, month + 1, 1) - daysOf(year, month, 1)
}
