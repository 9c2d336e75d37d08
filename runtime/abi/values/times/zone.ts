/** Time zones: IANA names, by the host's tables, and fixed offsets. */
import { daysOf } from './calendar.ts'
import type { Moment } from './moment.ts'

// Held here: the realm for decisions has no `Intl` (`runtime/realm`).
const { DateTimeFormat } = Intl

/**
 * Of a constant, once per module: a host that does not know it cannot run the module. When its clocks change these years is
 * worked out here.
 */
export function zone(name: string): Zone {
  const found = findZone(name)
  if (found === undefined) throw new Error(`no time zone ${JSON.stringify(name)}`)
  found.prepare()
  return found
}

/** By name in lower case, as names are found whatever the case of their letters; and by those that were asked for lately. */
const zones = new Map<string, Zone>()
const spelled = new Map<string, Zone>()
/** There is one name for each way to write its letters, and a request may bring them all. */
const MOST_SPELLED = 1_000

/** Undefined where it is no zone. */
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

/** `+02:00`, `-09:30`, `02:00`, up to 14:59. */
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

/** Time goes in spans of so many seconds, a year and three weeks. */
const SPAN = 2 ** 25
const spanOf = (year: number): number => Math.floor((daysOf(year, 1, 1) * 86_400) / SPAN)
/** Of those what was asked once is remembered: a table without an end would grow with what requests bring. */
const FIRST_SPAN = spanOf(1900)
const LAST_SPAN = spanOf(2200)

export class Zone {
  /** Null of one whose offset never changes. */
  readonly #format: Intl.DateTimeFormat | null
  readonly #offset: number
  readonly #spans: (Changes | undefined)[] = Array.from({ length: LAST_SPAN - FIRST_SPAN + 1 })

  constructor(format: Intl.DateTimeFormat | null, offset: number) {
    this.#format = format
    this.#offset = offset
  }

  /** Looks at 2000 to 2050. */
  prepare(): void {
    if (this.#format === null) return
    for (let span = spanOf(2000); span <= spanOf(2050); span += 1) this.#changes(span, this.#format)
  }

  /** From UTC to what its clocks show. Makes nothing new within a span that was looked at before. */
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
 * What a zone's clocks do in a span: the offset at its start; then, pair by pair, how many seconds later they change, and to
 * which offset. An offset is how many seconds they are ahead of UTC.
 */
type Changes = readonly number[]

/**
 * Three days. No zone has ever gone from one offset to another and back within so little time; four days is the least (Freetown,
 * 1939).
 */
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

/** The first second up to `to` with another offset than that of `from`; that of `to` is another. */
function firstOther(from: number, to: number, offset: number, format: Intl.DateTimeFormat): number {
  let [before, behind] = [from, to]
  while (behind - before > 1) {
    const middle = Math.floor((before + behind) / 2)
    if (offsetAt(middle, format) === offset) before = middle
    else behind = middle
  }
  return behind
}

/** Before that, a zone has the mean time of its place, and hosts write years in other ways. */
const EARLIEST = daysOf(1700, 1, 1) * 86_400

function offsetAt(seconds: number, format: Intl.DateTimeFormat): number {
  // Ends in `GMT+05:30`, `GMT-00:01:15` or `GMT`.
  const text = format.format(Math.max(seconds, EARLIEST) * 1000)
  const [, sign, hours, minutes, rest = 0] = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(rest))
}
