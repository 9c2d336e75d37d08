import { fail } from './value.ts'

const SECOND = 1_000_000_000n
const UNITS: Readonly<Record<string, bigint>> = {
  h: 3600n * SECOND,
  m: 60n * SECOND,
  s: SECOND,
  ms: 1_000_000n,
  us: 1000n,
  ns: 1n,
}

/** From year 1 to 9999. */
export const isTimestamp = (ns: bigint) => ns >= -62_135_596_800n * SECOND && ns < 253_402_300_800n * SECOND
export const isDuration = (ns: bigint) => ns >= -315_576_000_000n * SECOND && ns <= 315_576_000_000n * SECOND

/** RFC 3339 in capitals; null for everything else. What the calendar or the clock has not comes back as something else. */
export function parseTimestamp(text: string): bigint | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/.exec(text)
  const [, local = '', fraction = '', sign = '+', hours = '0', minutes = '0'] = match ?? []
  const utc = Date.parse(`${local}Z`)
  if (Number.isNaN(utc) || !new Date(utc).toISOString().startsWith(local)) return null
  const seconds = utc / 1000 - Number(`${sign}1`) * (Number(hours) * 3600 + Number(minutes) * 60)
  const ns = BigInt(seconds) * SECOND + BigInt(fraction.padEnd(9, '0'))
  return isTimestamp(ns) ? ns : null
}

/** `1h30m`, `-1.5s`, `0`; null for everything else. What is below a nanosecond is cut off. */
export function parseDuration(text: string): bigint | null {
  if (!/^[+-]?((\d+\.?\d*|\.\d+)(h|ms|m|s|us|ns))+$|^[+-]?0$/.test(text)) return null
  const parts = [...text.matchAll(/(\d*)\.?(\d*)([a-z]+)/g)].map(([, whole, fraction = '', unit = '']) => {
    return (BigInt(whole + fraction) * (UNITS[unit] as bigint)) / 10n ** BigInt(fraction.length)
  })
  const ns = parts.reduce((sum, part) => sum + part, 0n) * (text.startsWith('-') ? -1n : 1n)
  return isDuration(ns) ? ns : null
}

export function showTimestamp(ns: bigint): string {
  return `${localTime(ns).toISOString().slice(0, 19)}${showFraction(ns - floorDivide(ns, SECOND) * SECOND)}Z`
}

export function showDuration(ns: bigint): string {
  return ns < 0n ? `-${showDuration(-ns)}` : `${ns / SECOND}${showFraction(ns % SECOND)}s`
}

function showFraction(ns: bigint): string {
  return ns === 0n ? '' : `.${String(ns).padStart(9, '0').replace(/0+$/, '')}`
}

/** The moment as the clocks of a zone show it, in the UTC fields of a `Date`. */
export function localTime(ns: bigint, zone = '+00:00'): Date {
  const moment = Number(floorDivide(ns, 1_000_000n))
  const fixed =
    /^([+-]?)(0\d|1[0-4]):([0-5]\d)$/.exec(zone) ?? /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(nameOf(zone, moment))
  const [, sign, hours = 0, minutes = 0, seconds = 0] = fixed ?? fail('conversion')
  return new Date(moment + (sign === '-' ? -1000 : 1000) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)))
}

/** Ends in `GMT+01:00`: what a zone of the IANA database has at that moment. */
function nameOf(timeZone: string, moment: number): string {
  try {
    return /^[A-Z]/i.test(timeZone) ? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).format(moment) : ''
  } catch {
    return ''
  }
}

export function floorDivide(a: bigint, b: bigint): bigint {
  return a / b - (a % b < 0n ? 1n : 0n)
}
