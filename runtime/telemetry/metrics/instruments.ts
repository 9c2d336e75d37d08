import { type Aggregator, Counter, Gauge, type Registry } from 'prom-client'

type Labels = Readonly<Record<string, string>>

/** A value, or values by labels, or null to expose nothing. */
type Values = number | null | Iterable<readonly [labels: Labels, value: number]>

interface Options {
  readonly labels?: string[]
  /** Aggregation of the values of several processes. Default: sum. */
  readonly aggregator?: Aggregator
}

/**
 * Adds a counter of events.
 *
 * @param initial label values to expose as 0 from the start, because a series that begins at 1 hides its first increase
 */
export function counter(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[] = [],
  initial: readonly string[] = [],
): Counter {
  const made = new Counter({ name, help, labelNames, registers: [registry] })
  for (const value of initial) made.inc({ [labelNames[0] as string]: value }, 0)
  return made
}

/** Adds a gauge whose value is read when metrics are exposed. */
export function gauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => Values | Promise<Values>,
  { labels = [], aggregator = 'sum' }: Options = {},
): void {
  new Gauge({
    ...{ name, help, labelNames: labels, aggregator, registers: [registry] },
    async collect() {
      const values = await read()
      this.reset()
      // A reset gauge without labels would be 0.
      if (values === null) this.remove()
      else for (const [of, value] of typeof values === 'number' ? [[{}, values] as const] : values) this.set(of, value)
    },
  })
}

/**
 * Registers a counter whose value the program counts elsewhere. `read` returns the current value each time the metrics are
 * exposed.
 */
export function total(
  registry: Registry,
  name: string,
  help: string,
  read: () => Exclude<Values, null>,
  { labels = [] }: Options = {},
): void {
  new Counter({
    ...{ name, help, labelNames: labels, registers: [registry] },
    collect() {
      const values = read()
      this.reset()
      for (const [of, value] of typeof values === 'number' ? [[{}, values] as const] : values) this.inc(of, value)
    },
  })
}
