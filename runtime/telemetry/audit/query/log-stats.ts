import { kindOf, type LogRecord, textAt, valueAt } from './log-record.ts'
import { type Figures, Percentiles } from './percentiles.ts'

export interface Stats {
  /** Number of requests with a record, and of those that were only counted. */
  readonly requests: { readonly recorded: number; readonly sampled: number }
  /** Number of records lost for lack of capacity. */
  readonly lost: number
  readonly actions: number
  readonly from: string | null
  readonly until: string | null
  readonly effects: Counts
  readonly routes: Counts
  readonly rules: Counts
  readonly codes: Counts
  readonly revisions: Counts
  /** Durations of the recorded requests in milliseconds, or `null` without any. */
  readonly durations: { readonly decision: Figures | null; readonly upstream: Figures | null; readonly total: Figures | null }
  readonly unreadable: number
}

/** Counts by name, the highest first. */
export type Counts = readonly { readonly name: string; readonly count: number }[]

/** Maximum number of distinct names, because callers may choose them. */
const MOST = 10_000

/**
 * Statistics of an audit log, which are computed record by record, for `iap audit stats`. Omitted records are included if the log
 * says how many there are.
 */
export class LogStats {
  readonly #effects = new Map<string, number>()
  readonly #routes = new Map<string, number>()
  readonly #rules = new Map<string, number>()
  readonly #codes = new Map<string, number>()
  readonly #revisions = new Map<string, number>()
  readonly #durations = { decision: new Percentiles(), upstream: new Percentiles(), total: new Percentiles() }
  #recorded = 0
  #sampled = 0
  #lost = 0
  #actions = 0
  #unreadable = 0
  #from: string | null = null
  #until: string | null = null

  /** Includes a record in the statistics. `null` stands for a line that is not a record, which is counted as unreadable. */
  add(record: LogRecord | null): void {
    if (record === null) {
      this.#unreadable++
      return
    }
    switch (kindOf(record)) {
      case 'request':
        return void this.#request(record)
      case 'action':
        this.#actions++
        return void this.#seen(record)
      case 'omitted':
        return void this.#omitted(record)
    }
  }

  stats(): Stats {
    const { decision, upstream, total } = this.#durations
    return {
      requests: { recorded: this.#recorded, sampled: this.#sampled },
      lost: this.#lost,
      actions: this.#actions,
      from: this.#from,
      until: this.#until,
      effects: sorted(this.#effects),
      routes: sorted(this.#routes),
      rules: sorted(this.#rules),
      codes: sorted(this.#codes),
      revisions: sorted(this.#revisions),
      durations: { decision: decision.figures(), upstream: upstream.figures(), total: total.figures() },
      unreadable: this.#unreadable,
    }
  }

  #seen(record: LogRecord): void {
    const time = textAt(record, 'time')
    if (time !== null && (this.#from === null || time < this.#from)) this.#from = time
    if (time !== null && (this.#until === null || time > this.#until)) this.#until = time
  }

  #request(record: LogRecord): void {
    this.#recorded++
    this.#seen(record)
    count(this.#effects, record.effect)
    count(this.#routes, record.route)
    count(this.#codes, record.code)
    count(this.#revisions, record.revision)
    for (const rule of Array.isArray(record.rules) ? record.rules : []) count(this.#rules, rule)
    for (const [name, percentiles] of Object.entries(this.#durations)) {
      const value = valueAt(record, `durations.${name}`)
      if (typeof value === 'number') percentiles.add(value)
    }
  }

  #omitted({ why, count: all, of }: LogRecord): void {
    if (why === 'full') this.#lost += number(all)
    for (const each of Array.isArray(of) ? (of as readonly LogRecord[]) : []) {
      const times = number(each?.count)
      this.#sampled += times
      count(this.#effects, each?.effect, times)
      count(this.#routes, each?.route, times)
      count(this.#rules, each?.rule, times)
      count(this.#revisions, each?.revision, times)
    }
  }
}

function count(counts: Map<string, number>, name: unknown, times = 1): void {
  if (typeof name !== 'string') return
  const known = counts.get(name)
  if (known !== undefined || counts.size < MOST) counts.set(name, (known ?? 0) + times)
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function sorted(counts: ReadonlyMap<string, number>): Counts {
  return [...counts]
    .map(([name, times]) => ({ name, count: times }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}
