import { type Counter, Registry } from 'prom-client'
import {
  addTallies,
  auditMetrics,
  type CandidateFigures,
  counter,
  expose,
  gauge,
  lastingTallies,
  type MetricData,
  noMetrics,
  ownProcess,
  type PolicyLoads,
  policyExpiry,
  policyLoads,
  rolloutMetrics,
  type Tallies,
} from '../../telemetry/metrics/index.ts'
import type { Readiness } from '../admin/readiness.ts'
import type { FleetOverview } from '../proxy-fleet/fleet-overview.ts'
import { proxyFleetMetrics } from '../proxy-fleet/proxy-fleet-metrics.ts'
import type { WorkerProcess } from './worker-process.ts'

/** Functions that return the supervisor's own values for the metrics. */
export interface FleetFigures {
  /** Returns the number of workers that serve requests. */
  ready(): number
  /** Returns the state of the supervisor's own audit log. */
  audit(): { readonly dropped: number; readonly waitingBytes: number }
  readiness(): Promise<Readiness>
  /** Returns the expiry of the policy in milliseconds since 1970; `null` if it does not expire. */
  policyExpires(): number | null
  /** Returns the state of the proxies that share a Redis. */
  fleet(): Promise<FleetOverview>
}

/** The combined metrics of all workers and the supervisor. */
export class FleetMetrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE
  readonly #registry = new Registry()
  readonly #restarts: Counter
  readonly #hangs: Counter
  readonly #reloads: Counter
  readonly loads: PolicyLoads
  /** Totals of workers that are gone: a counter must not decrease. */
  #gone = noMetrics

  constructor(figures: FleetFigures) {
    const registry = this.#registry
    gauge(registry, 'iap_workers', 'Processes that serve requests.', figures.ready)
    gauge(registry, 'iap_ready', 'Whether this proxy is ready for traffic, as in /readyz: 1 or 0.', async () =>
      Number((await figures.readiness()).ready),
    )
    this.#restarts = counter(
      registry,
      'iap_worker_restarts_total',
      'Workers that were started to replace one that exited by itself.',
    )
    this.#hangs = counter(
      registry,
      'iap_worker_hangs_total',
      'Workers that were killed because they did not respond to their supervisor.',
    )
    this.#reloads = counter(
      registry,
      'iap_config_reloads_total',
      'Reloads of the configuration, by result: taken, unchanged or refused.',
      ['result'],
      ['taken', 'unchanged', 'refused'],
    )
    this.loads = policyLoads(registry)
    auditMetrics(registry, figures.audit)
    policyExpiry(registry, figures.policyExpires)
    proxyFleetMetrics(registry, figures.fleet)
    ownProcess(registry)
  }

  /**
   * Registers the metrics of policy roll-outs. Returns a function that counts the end of a candidate; call it with the outcome.
   */
  ofRollouts(candidate: () => CandidateFigures | null): (outcome: string) => void {
    return rolloutMetrics(this.#registry, candidate)
  }

  restarted(): void {
    this.#restarts.inc()
  }

  hung(): void {
    this.#hangs.inc()
  }

  reloaded(result: 'taken' | 'unchanged' | 'refused'): void {
    this.#reloads.inc({ result })
  }

  forget({ metrics, tallies }: MetricData): void {
    const counted = metrics.filter(({ type }) => String(type) === 'counter')
    this.#gone = {
      metrics: addUp([this.#gone.metrics, counted]),
      tallies: addTallies([this.#gone.tallies, lastingTallies(tallies)]),
    }
  }

  async text(workers: readonly WorkerProcess[]): Promise<string> {
    const metrics: Metrics = await this.#registry.getMetricsAsJSON()
    return await expose([{ ...noMetrics, metrics }, ...(await this.#all(workers))])
  }

  async tallies(workers: readonly WorkerProcess[]): Promise<Tallies> {
    return addTallies((await this.#all(workers)).map(({ tallies }) => tallies))
  }

  /** Collects metrics of all workers, present and gone. */
  async #all(workers: readonly WorkerProcess[]): Promise<readonly MetricData[]> {
    await Promise.all(workers.map((worker) => worker.ask('metrics')))
    // A worker that has ended meanwhile is among the gone.
    return [this.#gone, ...workers.filter(({ state }) => state !== 'gone').map(({ metrics }) => metrics)]
  }
}

type Metrics = MetricData['metrics']

/** Adds up counters. */
function addUp(all: readonly Metrics[]): Metrics {
  const sums = new Map<string, { metric: Metrics[number]; values: Map<string, Metrics[number]['values'][number]> }>()
  for (const metric of all.flat()) {
    const sum = sums.get(metric.name) ?? { metric, values: new Map() }
    sums.set(metric.name, sum)
    for (const value of metric.values) {
      const key = JSON.stringify(value.labels)
      const before = sum.values.get(key)
      sum.values.set(key, before === undefined ? value : { ...value, value: before.value + value.value })
    }
  }
  return [...sums.values()].map(({ metric, values }) => ({ ...metric, values: [...values.values()] }))
}
