import { type Aggregator, Counter, Gauge, type Registry } from 'prom-client'

type Labels = Readonly<Record<string, string>>

/** A value without labels, or one for each set of them; null: there is nothing to expose. */
type Values = number | null | Iterable<readonly [labels: Labels, value: number]>

interface Options {
  readonly labels?: string[]
  /** How the values of several processes become one; left out: they are added up. */
  readonly aggregator?: Aggregator
}

/**
 * Adds a counter that counts what happens.
 *
 * @param initial values of its only label that are exposed as 0: a series that begins at 1 has never increased for its readers
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

/** Adds a gauge that is read when the metrics are exposed. */
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
      // A gauge without labels that was reset is 0.
      if (values === null) this.remove()
      else for (const [of, value] of typeof values === 'number' ? [[{}, values] as const] : values) this.set(of, value)
    },
  })
}

/** Adds a counter that somebody else keeps, and that is read when the metrics are exposed. */
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
