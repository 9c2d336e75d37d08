import { type Aggregator, Counter, Gauge, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client'
import { Durations } from './durations.ts'
import { ownProcess } from './own-process.ts'
import { type PolicyLoads, policyLoads } from './policy-loads.ts'
import { requestCounts } from './request-counts.ts'
import { type ServiceFigures, serviceMetrics } from './service-metrics.ts'

/** What the metrics read when they are asked for. */
export interface MetricSources {
  policy(): { readonly revision: string; readonly sequence: number; readonly since: number } | null
  audit(): { readonly dropped: number; readonly waitingBytes: number }
  /** Spans that were lost. */
  spansDropped(): number
  connections(): number
  /** Connections that were cut because their clients took nothing. */
  stalled(): number
  /** The greatest since it was asked last, in milliseconds. */
  lag(): number
  /** Open WebSockets. */
  tunnels(): number
  services(): readonly ServiceFigures[]
  providers(): readonly { readonly issuer: string; readonly available: boolean; readonly age: number | null }[]
  /** By their places in the configuration; `expires` in milliseconds since 1970. */
  certificates(): readonly { readonly place: string; readonly expires: number }[]
}

/** Each with how those of several processes become one: they are added up where nothing else is said. */
export type MetricData = MetricObjectWithValues<MetricValue<string>>[]

/** Names and meanings: `docs/metrics.md`. No label holds anything that a client chooses. */
export interface Metrics {
  /** A request came to its end. Durations in seconds. */
  request(route: string, effect: string, status: number, seconds: number): void
  /** How long recognising the caller and deciding took, in seconds. */
  decision(seconds: number): void
  upstreamError(service: string, code: string): void
  /** A request or a connection that was not taken because the proxy has too much of it, and of what. */
  shed(reason: string): void
  /** Of this process, where it follows the sources by itself. */
  readonly loads: PolicyLoads
  /** A limit of a rule was asked. */
  limit(rule: string, result: 'taken' | 'empty' | 'unavailable'): void
  tlsLoad(place: string, result: 'taken' | 'refused'): void
  identityLoad(place: string, result: 'taken' | 'refused'): void
  handshakeFailure(listener: string, reason: string): void
  /** The Prometheus text format. */
  text(): Promise<string>
  /** The same as data, for whoever adds up those of several processes. */
  data(): Promise<MetricData>
  readonly contentType: string
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const DECISION_SECONDS = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.1, 1]

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry()
  const registers = [registry]

  const count = requestCounts(registry)
  const seconds = new Durations(
    'iap_request_duration_seconds',
    'Time from the arrival of a request to the end of its answer.',
    'effect',
    SECONDS,
    registry,
  )
  const decisionSeconds = new Durations(
    'iap_decision_duration_seconds',
    'Time from the arrival of a request to the decision, recognising the caller included.',
    null,
    DECISION_SECONDS,
    registry,
  )
  const upstreamErrors = new Counter({
    name: 'iap_upstream_errors_total',
    help: 'Requests that a service did not answer as it should, by service and error code.',
    labelNames: ['service', 'code'],
    registers,
  })
  const sheds = new Counter({
    name: 'iap_overloaded_total',
    help: 'Requests and connections that were not taken because the proxy has too much of it, by what it has too much of.',
    labelNames: ['reason'],
    registers,
  })
  const limits = new Counter({
    name: 'iap_limits_total',
    help: 'Limits that were asked, by rule and result: taken, empty, or unavailable.',
    labelNames: ['rule', 'result'],
    registers,
  })
  const tlsLoads = new Counter({
    name: 'iap_tls_loads_total',
    help: 'Files of certificates, keys and authorities that were replaced, by place in the configuration and result: taken or refused.',
    labelNames: ['place', 'result'],
    registers,
  })
  const identityLoads = new Counter({
    name: 'iap_identity_loads_total',
    help: 'Files that callers are recognised by and that were replaced, by place in the configuration and result: taken or refused.',
    labelNames: ['place', 'result'],
    registers,
  })
  const handshakeFailures = new Counter({
    name: 'iap_tls_handshake_failures_total',
    help: 'Connections of clients whose TLS handshake failed, by address of the listener and reason.',
    labelNames: ['listener', 'reason'],
    registers,
  })
  gauges(registry, sources)
  serviceMetrics(registry, sources.services)
  ownProcess(registry)

  return {
    request(route, effect, status, duration) {
      count(route, effect, status)
      seconds.observe(effect, duration)
    },
    decision: (duration) => decisionSeconds.observe('', duration),
    upstreamError: (service, code) => upstreamErrors.inc({ service, code }),
    shed: (reason) => sheds.inc({ reason }),
    loads: policyLoads(registry),
    limit: (rule, result) => limits.inc({ rule, result }),
    tlsLoad: (place, result) => tlsLoads.inc({ place, result }),
    identityLoad: (place, result) => identityLoads.inc({ place, result }),
    handshakeFailure: (listener, reason) => handshakeFailures.inc({ listener, reason }),
    text: () => registry.metrics(),
    data: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  }
}

function gauges(registry: Registry, sources: MetricSources): void {
  const registers = [registry]
  new Gauge({
    name: 'iap_policy_info',
    help: 'The active policy: always 1, with its revision.',
    labelNames: ['revision'],
    registers,
    aggregator: 'max',
    collect() {
      this.reset()
      const policy = sources.policy()
      if (policy !== null) this.set({ revision: policy.revision }, 1)
    },
  })
  const read = (name: string, help: string, value: () => number, aggregator: Aggregator = 'sum') =>
    new Gauge({
      name,
      help,
      registers,
      aggregator,
      collect() {
        this.set(value())
      },
    })
  read(
    'iap_policy_sequence',
    'Sequence of the active bundle; -1 where there is none.',
    () => sources.policy()?.sequence ?? -1,
    'min',
  )
  read(
    'iap_policy_active_since_seconds',
    'When the active policy became active, in seconds since 1970; 0 where there is none.',
    () => (sources.policy()?.since ?? 0) / 1000,
    'max',
  )
  read('iap_connections', 'Open client connections.', () => sources.connections())
  read(
    'iap_event_loop_lag_seconds',
    'How late the process was at its work at most since this was read last.',
    () => sources.lag() / 1000,
    'max',
  )
  read('iap_tunnels', 'Open WebSockets.', () => sources.tunnels())
  read('iap_audit_waiting_bytes', 'Bytes of audit records that wait for their sinks.', () => sources.audit().waitingBytes)
  new Gauge({
    name: 'iap_identity_provider_available',
    help: 'Whether credentials of an issuer can be checked now: 1 or 0.',
    labelNames: ['issuer'],
    registers,
    aggregator: 'min',
    collect() {
      // One of which there are several, for its keys and for its word, is available if all are: the last that is set counts.
      const providers = sources.providers().toSorted((a, b) => Number(b.available) - Number(a.available))
      for (const { issuer, available } of providers) this.set({ issuer }, available ? 1 : 0)
    },
  })
  new Gauge({
    name: 'iap_identity_provider_keys_age_seconds',
    help: 'Time since an issuer last confirmed its keys; absent where it never did.',
    labelNames: ['issuer'],
    registers,
    aggregator: 'max',
    collect() {
      for (const { issuer, age } of sources.providers()) if (age !== null) this.set({ issuer }, age / 1000)
    },
  })
  new Gauge({
    name: 'iap_tls_certificate_expiry_seconds',
    help: 'When a certificate expires, or a list of revoked ones, in seconds since 1970, by its place in the configuration.',
    labelNames: ['place'],
    registers,
    aggregator: 'min',
    collect() {
      for (const { place, expires } of sources.certificates()) this.set({ place }, expires / 1000)
    },
  })
  new Counter({
    name: 'iap_stalled_total',
    help: 'Connections and streams that were cut because the client took nothing of an answer that waited for it.',
    registers,
    collect() {
      this.reset()
      this.inc(sources.stalled())
    },
  })
  new Counter({
    name: 'iap_audit_dropped_total',
    help: 'Audit records that were lost because a sink was full, or would not have them.',
    registers,
    collect() {
      this.reset()
      this.inc(sources.audit().dropped)
    },
  })
  new Counter({
    name: 'iap_spans_dropped_total',
    help: 'Spans of traces that were lost because the collector did not take them.',
    registers,
    collect() {
      this.reset()
      this.inc(sources.spansDropped())
    },
  })
}
