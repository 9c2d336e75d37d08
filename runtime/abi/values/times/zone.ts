/** Time zones: IANA names, by the host's tables, and fixed offsets. */
import { daysOf } from './calendar.ts'
import type { Moment } from './moment.ts'

// Captured here: the decision realm has no `Intl` (`runtime/realm`).
const { DateTimeFormat } = Intl

/**
 * Returns the time zone with an IANA name or fixed offset, with the transitions of common years computed in advance. Emitted code
 * calls it once for each constant name when a module is loaded.
 *
 * @throws an error if the host does not know the zone
 */
export function zone(name: string): Zone {
  const found = findZone(name)
  if (found === undefined)
    throw new Error(`unknown time zone ${JSON.stringify(name)}: expected an IANA name such as \`Europe/Berlin\``)
  found.prepare()
  return found
}

/** Cache of zones by lower-case name and by recent spelling. */
const zones = new Map<string, Zone>()
const spelled = new Map<string, Zone>()
/** Maximum number of cached spellings, because requests may mix cases at will. */
const MOST_SPELLED = 1_000

/** Returns the time zone with an IANA name or a fixed offset such as `+02:00`, or `undefined` if it is unknown. */
export function findZone(name: string): Zone | undefined {
  const known = spelled.get(name)
  if (known !== undefined) return known
  const key = name.toLowerCase()
  const found = zones.get(key) ?? fixedZone(name) ?? namedZone(name)
  if (found === undefined) return undefined
  zones.set(key, found)
  if (spelled.size === MOST_SPELLED) spelled.clear()
  spelled.set(name, found)
  return found
}

/** Parses a fixed offset such as `+02:00`, `-09:30` or `02:00`, up to 14:59. */
function fixedZone(name: string): Zone | undefined {
  const match = /^([+-]?)(0\d|1[0-4]):([0-5]\d)$/.exec(name)
  if (match === null) return undefined
  return new Zone(null, (Number(match[2]) * 60 + Number(match[3])) * (match[1] === '-' ? -60 : 60))
}

function namedZone(name: string): Zone | undefined {
  if (name.length > 64 || !/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return undefined
  try {
    return new Zone(new DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' }), 0)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Seconds in a cached span: a year and three weeks. */
const SPAN = 2 ** 25
const spanOf = (year: number): number => Math.floor((daysOf(year, 1, 1) * 86_400) / SPAN)
/** First of the cached spans. Others are not cached, so that requests cannot grow the table without bound. */
const FIRST_SPAN = spanOf(1900)
const LAST_SPAN = spanOf(2200)

export class Zone {
  /** Null for a fixed offset. */
  readonly #format: Intl.DateTimeFormat | null
  readonly #offset: number
  readonly #spans: (Changes | undefined)[] = Array.from({ length: LAST_SPAN - FIRST_SPAN + 1 })

  constructor(format: Intl.DateTimeFormat | null, offset: number) {
    this.#format = format
    this.#offset = offset
  }

  /** Computes the transitions of the years 2000 to 2050 in advance. */
  prepare(): void {
    if (this.#format === null) return
    for (let span = spanOf(2000); span <= spanOf(2050); span += 1) this.#changes(span, this.#format)
  }

  /**
   * Changes a time from UTC to the local time of the zone. Allocates no memory if the transitions around that time are cached.
   */
  shift(clock: Moment): void {
    if (this.#format === null) {
      clock.seconds += this.#offset
      return
    }
    const span = Math.floor(clock.seconds / SPAN)
    if (span < FIRST_SPAN || span > LAST_SPAN) {
      clock.seconds += offsetAt(clock.seconds, this.#format)
      return
    }
    const changes = this.#spans[span - FIRST_SPAN] ?? this.#changes(span, this.#format)
    const within = clock.seconds - span * SPAN
    let at = 1
    while (at < changes.length && within >= (changes[at] as number)) at += 2
    clock.seconds += changes[at - 1] as number
  }

  #changes(span: number, format: Intl.DateTimeFormat): Changes {
    const known = this.#spans[span - FIRST_SPAN]
    if (known !== undefined) return known
    const found = changesFrom(span * SPAN, format)
    this.#spans[span - FIRST_SPAN] = found
    return found
  }
}

/**
 * Changes of a zone in a span: the offset at its start, then pairs of a time in seconds and the new offset. Offsets are seconds
 * ahead of UTC.
 */
type Changes = readonly number[]

/** Seconds of a step: three days. No zone has changed its offset and back within less than four days (Freetown, 1939). */
const STEP = 259_200

function changesFrom(start: number, format: Intl.DateTimeFormat): Changes {
  let offset = offsetAt(start, format)
  const changes = [offset]
  for (let from = start; from < start + SPAN; from += STEP) {
    const end = offsetAt(from + STEP, format)
    for (let seen = from; offset !== end; ) {
      seen = firstOther(seen, from + STEP, offset, format)
      offset = offsetAt(seen, format)
      changes.push(seen - start, offset)
    }
  }
  return changes
}

/** Returns the first second with another offset, by bisection. `to` must have another one. */
function firstOther(from: number, to: number, offset: number, format: Intl.DateTimeFormat): number {
  let [before, behind] = [from, to]
  while (behind - before > 1) {
    const middle = Math.floor((before + behind) / 2)
    if (offsetAt(middle, format) === offset) before = middle
    else behind = middle
  }
  return behind
}

/** Start of the year 1700 in seconds since 1970. Before, zones have local mean time, and hosts format years differently. */
const EARLIEST = daysOf(1700, 1, 1) * 86_400

function offsetAt(seconds: number, format: Intl.DateTimeFormat): number {
  // Ends in `GMT+05:30`, `GMT-00:01:15` or `GMT`.
  const text = format.format(Math.max(seconds, EARLIEST) * 1000)
  const [, sign, hours, minutes, rest = 0] = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(rest))
}
