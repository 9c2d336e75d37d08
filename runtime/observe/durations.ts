import type { Metric, MetricObjectWithValues, MetricValueWithName, Registry } from 'prom-client'

interface Series {
  /** How many fell into each bucket, and above the last one. */
  readonly counts: number[]
  sum: number
  count: number
}

/**
 * A histogram by the values of at most one label. The library's own finds the series of each observation by a text that it makes of the labels; this one is
 * asked several times for each request.
 */
export class Durations {
  readonly name: string
  readonly #help: string
  readonly #label: string | null
  /** Upper bounds, in seconds, ascending. */
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, Series>()

  constructor(name: string, help: string, label: string | null, bounds: readonly number[], registry: Registry) {
    this.name = name
    this.#help = help
    this.#label = label
    this.#bounds = bounds
    if (label === null) this.#seriesOf('')
    // Of a metric the library asks its name and `get`.
    registry.registerMetric(this as unknown as Metric)
  }

  /** @param value of the label; empty where there is none */
  observe(value: string, seconds: number): void {
    const series = this.#seriesOf(value)
    const bounds = this.#bounds
    let at = 0
    while (at < bounds.length && seconds > (bounds[at] as number)) at++
    series.counts[at] = (series.counts[at] as number) + 1
    series.sum += seconds
    series.count++
  }

  get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    const values = [...this.#series].flatMap(([value, series]) => this.#valuesOf(value, series))
    const about = { name: this.name, help: this.#help, type: 'histogram', aggregator: 'sum', values }
    return Promise.resolve(about as unknown as MetricObjectWithValues<MetricValueWithName<string>>)
  }

  #seriesOf(value: string): Series {
    let series = this.#series.get(value)
    if (series === undefined) {
      series = { counts: new Array(this.#bounds.length + 1).fill(0), sum: 0, count: 0 }
      this.#series.set(value, series)
    }
    return series
  }

  /** Buckets are cumulative in the exposition format. */
  #valuesOf(value: string, { counts, sum, count }: Series): MetricValueWithName<string>[] {
    const labels = this.#label === null ? {} : { [this.#label]: value }
    let below = 0
    const buckets = counts.map((own, at) => {
      below += own
      return { metricName: `${this.name}_bucket`, labels: { le: this.#bounds[at] ?? '+Inf', ...labels }, value: below }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ]
  }
}
