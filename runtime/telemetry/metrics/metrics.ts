import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client'
import { exposeTallies } from './exposition.ts'
import { counter, gauge, total } from './instruments.ts'
import { ownProcess } from './own-process.ts'
import { type PolicyLoads, policyLoads } from './policy-loads.ts'
import { RequestCounter } from './request-counter.ts'
import { type ServiceFigures, serviceMetrics } from './service-metrics.ts'
import { addTallies, noTallies, type Tallies } from './tallies.ts'

/** Sources of the values that are read when metrics are exposed. */
export interface MetricSources {
  policy(): { readonly revision: string; readonly sequence: number; readonly since: number } | null
  audit(): { readonly dropped: number; readonly waitingBytes: number }
  spansDropped(): number
  connections(): number
  /** Returns the number of connections that were reset because their clients did not read. */
  stalled(): number
  /** Returns the maximum lag of the event loop since the last call, in milliseconds. */
  lag(): number
  tunnels(): number
  services(): readonly ServiceFigures[]
  providers(): readonly { readonly issuer: string; readonly available: boolean; readonly age: number | null }[]
  /** Returns the certificates by the path of their configuration key. `expires` is in milliseconds since 1970. */
  certificates(): readonly { readonly place: string; readonly expires: number }[]
}

/** All metrics of a process as plain data. */
export interface MetricData {
  /** Metrics, each with its aggregation across processes. Default: sum. */
  readonly metrics: MetricObjectWithValues<MetricValue<string>>[]
  readonly tallies: Tallies
}

export const noMetrics: MetricData = { metrics: [], tallies: noTallies }

export async function expose(all: readonly MetricData[]): Promise<string> {
  const library = await AggregatorRegistry.aggregate(all.map(({ metrics }) => metrics)).metrics()
  return `${library}\n${exposeTallies(addTallies(all.map(({ tallies }) => tallies)))}`
}

/** The metrics of a process (`docs/reference/metrics.md`). Clients cannot choose the value of any label. */
export interface Metrics {
  /** Counter of requests, durations and decisions, whose methods are called several times per request. */
  readonly requests: Pick<RequestCounter, 'begin' | 'end' | 'broken' | 'upstream' | 'decision'>
  upstreamError(service: string, code: string): void
  /** Counts a request or connection that was refused because of overload, with the reason. */
  shed(reason: string): void
  /** Counter of loaded bundles and data, for a process that follows the sources itself. */
  readonly loads: PolicyLoads
  /** Counts the evaluation of a rate limit. */
  limit(rule: string, result: 'taken' | 'empty' | 'unavailable'): void
  tlsLoad(place: string, result: 'taken' | 'refused'): void
  identityLoad(place: string, result: 'taken' | 'refused'): void
  handshakeFailure(listener: string, reason: string): void
  text(): Promise<string>
  data(): Promise<MetricData>
  readonly contentType: string
}

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry()
  const requests = new RequestCounter()
  const upstreamErrors = counter(
    registry,
    'iap_upstream_errors_total',
    'Requests that a service failed to answer, by service and error code.',
    ['service', 'code'],
  )
  const sheds = counter(
    registry,
    'iap_overloaded_total',
    'Requests and connections that were refused because the proxy is overloaded, by the overloaded resource.',
    ['reason'],
    ['lag', 'memory', 'connections', 'descriptors'],
  )
  const limits = counter(
    registry,
    'iap_limits_total',
    'Checks of rate limits, by rule and result: taken, empty, or unavailable.',
    ['rule', 'result'],
  )
  const tlsLoads = counter(
    registry,
    'iap_tls_loads_total',
    'Replaced files of certificates, keys and authorities, by place in the configuration and result: taken or refused.',
    ['place', 'result'],
  )
  const identityLoads = counter(
    registry,
    'iap_identity_loads_total',
    'Replaced files for authentication, by place in the configuration and result: taken or refused.',
    ['place', 'result'],
  )
  const handshakeFailures = counter(
    registry,
    'iap_tls_handshake_failures_total',
    'Connections of clients whose TLS handshake failed, by address of the listener and reason.',
    ['listener', 'reason'],
  )
  gauges(registry, sources)
  serviceMetrics(registry, sources.services)
  ownProcess(registry)
  const data = async () => ({ metrics: await registry.getMetricsAsJSON(), tallies: requests.tallies() })

  return {
    requests,
    upstreamError: (service, code) => upstreamErrors.inc({ service, code }),
    shed: (reason) => sheds.inc({ reason }),
    loads: policyLoads(registry),
    limit: (rule, result) => limits.inc({ rule, result }),
    tlsLoad: (place, result) => tlsLoads.inc({ place, result }),
    identityLoad: (place, result) => identityLoads.inc({ place, result }),
    handshakeFailure: (listener, reason) => handshakeFailures.inc({ listener, reason }),
    text: async () => expose([await data()]),
    data,
    contentType: registry.contentType,
  }
}

function gauges(registry: Registry, sources: MetricSources): void {
  gauge(
    registry,
    'iap_policy_info',
    'The active policy: always 1, with its revision.',
    () => {
      const policy = sources.policy()
      return policy === null ? [] : [[{ revision: policy.revision }, 1]]
    },
    { labels: ['revision'], aggregator: 'max' },
  )
  gauge(
    registry,
    'iap_policy_sequence',
    'Sequence of the active bundle; -1 if there is none.',
    () => sources.policy()?.sequence ?? -1,
    { aggregator: 'min' },
  )
  gauge(
    registry,
    'iap_policy_active_since_seconds',
    'When the active policy became active, in seconds since 1970; 0 if there is none.',
    () => (sources.policy()?.since ?? 0) / 1000,
    { aggregator: 'max' },
  )
  gauge(registry, 'iap_connections', 'Open client connections.', sources.connections)
  gauge(
    registry,
    'nodejs_eventloop_delay_max_seconds',
    'Maximum delay of the event loop since the last scrape.',
    () => sources.lag() / 1000,
    { aggregator: 'max' },
  )
  gauge(registry, 'iap_tunnels', 'Open WebSocket connections.', sources.tunnels)
  auditMetrics(registry, sources.audit)
  gauge(
    registry,
    'iap_identity_provider_available',
    'Whether credentials of an issuer can be verified now: 1 or 0.',
    // An issuer with several checks is available if all are: the last value set counts.
    () =>
      sources
        .providers()
        .toSorted((a, b) => Number(b.available) - Number(a.available))
        .map(({ issuer, available }) => [{ issuer }, Number(available)]),
    { labels: ['issuer'], aggregator: 'min' },
  )
  gauge(
    registry,
    'iap_identity_provider_keys_age_seconds',
    'Time since an issuer last confirmed its keys; absent if it never did.',
    () => sources.providers().flatMap(({ issuer, age }) => (age === null ? [] : [[{ issuer }, age / 1000]])),
    { labels: ['issuer'], aggregator: 'max' },
  )
  gauge(
    registry,
    'iap_tls_certificate_expiry_seconds',
    'When a certificate or revocation list expires, in seconds since 1970, by its place in the configuration.',
    () => sources.certificates().map(({ place, expires }) => [{ place }, expires / 1000]),
    { labels: ['place'], aggregator: 'min' },
  )
  total(
    registry,
    'iap_stalled_total',
    'Connections and streams that were closed because the client did not read the response.',
    sources.stalled,
  )
  total(
    registry,
    'iap_spans_dropped_total',
    'Spans that were lost because the collector did not accept them.',
    sources.spansDropped,
  )
}

/** Adds metrics of this process's audit log. Workers and supervisor have one each. */
export function auditMetrics(registry: Registry, audit: () => { readonly dropped: number; readonly waitingBytes: number }): void {
  gauge(registry, 'iap_audit_waiting_bytes', 'Bytes of audit records that wait for their sinks.', () => audit().waitingBytes)
  total(
    registry,
    'iap_audit_dropped_total',
    'Audit records that were lost because a sink was full or rejected them.',
    () => audit().dropped,
  )
}
