import { Counter, type Registry } from 'prom-client'

/** Requests that ended alike and have not been told the library yet. */
interface Tally {
  readonly labels: { readonly route: string; readonly effect: string; readonly status: number }
  count: number
}

/** Requests by route, effect and status. They are counted here and told the library when somebody asks: it makes a text of the labels each time. */
export function requestCounts(registry: Registry): (route: string, effect: string, status: number) => void {
  /** By route; there are few of one. */
  const tallies = new Map<string, Tally[]>()

  new Counter({
    name: 'iap_requests_total',
    help: 'Requests that came to their end, by route of the policy, effect of the decision and status of the answer.',
    labelNames: ['route', 'effect', 'status'],
    registers: [registry],
    collect() {
      for (const tally of [...tallies.values()].flat()) {
        if (tally.count > 0) this.inc(tally.labels, tally.count)
        tally.count = 0
      }
    },
  })

  return (route, effect, status) => {
    const known = tallies.get(route)
    for (const tally of known ?? NONE)
      if (tally.labels.effect === effect && tally.labels.status === status) {
        tally.count++
        return
      }
    tallies.set(route, [...(known ?? NONE), { labels: { route, effect, status }, count: 1 }])
  }
}

const NONE: readonly Tally[] = []
