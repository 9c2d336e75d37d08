import { isoTime } from '../../base/units.ts'
import { requestsOf } from '../../telemetry/metrics/durations.ts'
import type { Tallies } from '../../telemetry/metrics/tallies.ts'

/** Milliseconds between two samples, and number of samples: half an hour. */
const INTERVAL = 15_000
const MOST = 120

const EFFECTS = ['permit', 'deny', 'challenge', 'unauthenticated', 'reject'] as const
type EffectCounts = Readonly<Record<(typeof EFFECTS)[number], number>>

/** Totals since the start of the proxy. `at` is in milliseconds since 1970. */
interface Totals {
  readonly at: number
  readonly counts: EffectCounts
}

/**
 * The numbers of requests by effect in the last half hour, for the dashboard. It asks the workers for their counters as often as
 * a Prometheus server does, and costs requests nothing.
 */
export class EffectHistory {
  readonly #tallies: () => Promise<Tallies>
  readonly #clock: () => number
  readonly #samples: Totals[] = []
  readonly #timer: NodeJS.Timeout

  /** Starts to take samples. */
  constructor(tallies: () => Promise<Tallies>, clock: () => number) {
    this.#tallies = tallies
    this.#clock = clock
    this.#timer = setInterval(() => void this.sample(), INTERVAL).unref()
    void this.sample()
  }

  /** Takes a sample. A failure leaves a gap, which the next interval spans. */
  async sample(): Promise<void> {
    const now = await this.#now()
    if (now === null) return
    this.#samples.push(now)
    if (this.#samples.length > MOST) this.#samples.shift()
  }

  /** Returns the numbers of requests in each interval as JSON data, oldest first. The last interval ends now. */
  async shown(): Promise<object> {
    const now = await this.#now()
    const all = now === null ? this.#samples : [...this.#samples, now]
    const intervals = all.slice(1).map(({ at, counts }, index) => {
      const before = all[index] as Totals
      return { from: isoTime(before.at), until: isoTime(at), ...since(before.counts, counts) }
    })
    return { intervals }
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #now(): Promise<Totals | null> {
    try {
      return { counts: totalsOf(await this.#tallies()), at: this.#clock() }
    } catch {
      return null
    }
  }
}

function totalsOf({ requests }: Tallies): EffectCounts {
  const totals = zeros()
  for (const { effect, durations } of requests)
    if (effect in totals) totals[effect as keyof EffectCounts] += requestsOf(durations)
  return totals
}

/** Not below zero: the counters of a worker that died are lost. */
function since(before: EffectCounts, totals: EffectCounts): EffectCounts {
  const counts = zeros()
  for (const effect of EFFECTS) counts[effect] = Math.max(0, totals[effect] - before[effect])
  return counts
}

function zeros(): Record<keyof EffectCounts, number> {
  return { permit: 0, deny: 0, challenge: 0, unauthenticated: 0, reject: 0 }
}
