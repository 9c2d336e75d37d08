import { Counter, type Registry } from 'prom-client'

/** Requests that ended alike and have not been told the library yet. */
interface Tally {
  readonly labels: { readonly route: string; readonly effect: string; readonly status: number }
  count: number
}

/** Requests by route, effect and status. They are counted here and told the library when somebody asks: it makes a text of the labels each time. */
export function requestCounts(registry: Registry): (route: string, effect: string, status: number) => void {
  /** By what is told apart, the most various first. */
  const tallies = new Map<string, Map<string, Map<number, Tally>>>()

  new Counter({
    name: 'iap_requests_total',
    help: 'Requests that came to their end, by route of the policy, effect of the decision and status of the answer.',
    labelNames: ['route', 'effect', 'status'],
    registers: [registry],
    collect() {
      for (const effects of tallies.values())
        for (const statuses of effects.values())
          for (const tally of statuses.values()) {
            if (tally.count > 0) this.inc(tally.labels, tally.count)
            tally.count = 0
          }
    },
  })

  return (route, effect, status) => {
    let effects = tallies.get(route)
    if (effects === undefined) tallies.set(route, (effects = new Map()))
    let statuses = effects.get(effect)
    if (statuses === undefined) effects.set(effect, (statuses = new Map()))
    let tally = statuses.get(status)
    if (tally === undefined) statuses.set(status, (tally = { labels: { route, effect, status }, count: 0 }))
    tally.count++
  }
}
