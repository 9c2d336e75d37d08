import { isZone } from '../language/index.ts'
import { fail } from './value.ts'

export const SECOND = 1_000_000_000n

export function showTimestamp(ns: bigint): string {
  return `${localTime(ns).toISOString().slice(0, 19)}${showFraction(ns - floorDivide(ns, SECOND) * SECOND)}Z`
}

export function showDuration(ns: bigint): string {
  return ns < 0n ? `-${showDuration(-ns)}` : `${ns / SECOND}${showFraction(ns % SECOND)}s`
}

const showFraction = (ns: bigint) => (ns === 0n ? '' : `.${String(ns).padStart(9, '0').replace(/0+$/, '')}`)

/** Returns the local time in a zone as the UTC fields of a `Date`. */
export function localTime(ns: bigint, zone = '+00:00'): Date {
  if (!isZone(zone)) fail('conversion')
  const moment = Number(floorDivide(ns, 1_000_000n))
  // Ends in `GMT+01:00` or `GMT`: the zone's offset at that moment.
  const named = () => new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).format(moment)
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /([+-]?)(\d\d):(\d\d)(?::(\d\d))?$/.exec(zone.includes(':') ? zone : named()) ?? []
  return new Date(moment + (sign === '-' ? -1000 : 1000) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)))
}

export const floorDivide = (a: bigint, b: bigint) => a / b - (a % b < 0n ? 1n : 0n)
