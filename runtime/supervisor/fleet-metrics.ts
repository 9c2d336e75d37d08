import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client'
import {
  type MetricData,
  ownProcess,
  type PolicyLoads,
  policyLoads,
  rolloutMetrics,
  type TrialFigures,
} from '../observe/index.ts'
import type { WorkerProcess } from './worker-process.ts'

/** Those of all workers as one, and of their supervisor. */
export class FleetMetrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE
  readonly #registry = new Registry()
  readonly #restarts: Counter
  readonly #reloads: Counter
  readonly loads: PolicyLoads
  /** What those that are gone have counted: a counter never goes back. */
  #gone: MetricData = []

  constructor(ready: () => number) {
    const registers = [this.#registry]
    new Gauge({
      name: 'iap_workers',
      help: 'Processes that serve requests.',
      registers,
      collect() {
        this.set(ready())
      },
    })
    this.#restarts = new Counter({
      name: 'iap_worker_restarts_total',
      help: 'Workers that were started in place of one that had ended by itself.',
      registers,
    })
    this.#reloads = new Counter({
      name: 'iap_config_reloads_total',
      help: 'How often the configuration was read again, by result: taken, unchanged or refused.',
      labelNames: ['result'],
      registers,
    })
    this.loads = policyLoads(this.#registry)
    ownProcess(this.#registry)
  }

  /** Also of what is on trial. Returns whom the end of a trial is told. */
  ofRollouts(trial: () => TrialFigures | null): (outcome: string) => void {
    return rolloutMetrics(this.#registry, trial)
  }

  restarted(): void {
    this.#restarts.inc()
  }

  reloaded(result: 'taken' | 'unchanged' | 'refused'): void {
    this.#reloads.inc({ result })
  }

  forget(metrics: MetricData): void {
    const counted = metrics.filter(({ type }) => COUNTED.has(String(type)))
    this.#gone = this.#gone.length === 0 ? counted : addUp([this.#gone, counted])
  }

  async text(workers: readonly WorkerProcess[]): Promise<string> {
    await Promise.all(workers.map((worker) => worker.ask('metrics')))
    const own = (await this.#registry.getMetricsAsJSON()) as MetricData
    // One that has ended meanwhile is among those that are gone.
    const there = workers.filter(({ state }) => state !== 'gone').map(({ metrics }) => metrics)
    return await AggregatorRegistry.aggregate([own, this.#gone, ...there]).metrics()
  }
}

const COUNTED = new Set(['counter', 'histogram'])

/** Of counters and histograms, whose figures are added whatever they are of. */
function addUp(all: readonly MetricData[]): MetricData {
  const sums = new Map<string, { metric: MetricData[number]; values: Map<string, MetricData[number]['values'][number]> }>()
  for (const metric of all.flat()) {
    const sum = sums.get(metric.name) ?? { metric, values: new Map() }
    sums.set(metric.name, sum)
    for (const value of metric.values) {
      const key = JSON.stringify([(value as { metricName?: string }).metricName, value.labels])
      const before = sum.values.get(key)
      sum.values.set(key, before === undefined ? value : { ...value, value: before.value + value.value })
    }
  }
  return [...sums.values()].map(({ metric, values }) => ({ ...metric, values: [...values.values()] }))
}
