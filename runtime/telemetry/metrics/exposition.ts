import { addDurations, DECISION_BOUNDS, type Durations, HTTP_BOUNDS, requestsOf } from './durations.ts'
import type { RequestTally, Tallies, UpstreamTally } from './tallies.ts'

type Labels = Readonly<Record<string, string | number | null>>

interface Sample {
  /** Labels of the sample. Labels with a null value are omitted. */
  readonly labels: Labels
  readonly value: number
}

/**
 * Writes the metrics of requests in the Prometheus text format (0.0.4). The Prometheus library would make an object for each of
 * some twenty lines per route and status, and processes would exchange them. Names follow OpenTelemetry's semantic conventions,
 * or begin with `iap`.
 */
export function exposeTallies({ requests, upstreams, active, decisions }: Tallies): string {
  return [
    histogram(
      'http_server_request_duration_seconds',
      'Time from the arrival of a request to the end of its response.',
      HTTP_BOUNDS,
      durationsByLabels(requests),
    ),
    samples(
      'http_server_active_requests',
      'gauge',
      'Requests in progress.',
      active.map(({ method, scheme, count }) => ({
        labels: { http_request_method: method, url_scheme: scheme },
        value: count,
      })),
    ),
    histogram(
      'http_client_request_duration_seconds',
      'Time from the decision to the response head of a service, or to its failure.',
      HTTP_BOUNDS,
      upstreams.map((tally) => ({ labels: clientLabels(tally), durations: tally.durations })),
    ),
    samples(
      'iap_requests_total',
      'counter',
      'Ended requests, by route of the policy, effect of the decision, status of the response, and code of a failure.',
      byAlike(
        requests,
        ({ route, effect, status, code }) => ({ route, effect, status, code }),
        ({ durations }) => requestsOf(durations),
      ),
    ),
    samples(
      'iap_decisions_total',
      'counter',
      'Decisions, by route of the policy, effect, and the deciding rule or, without one, the reason.',
      decided(requests),
    ),
    histogram(
      'iap_decision_duration_seconds',
      'Time from the arrival of a request to the decision, including authentication.',
      DECISION_BOUNDS,
      [{ labels: {}, durations: decisions }],
    ),
  ].join('\n')
}

/** Returns durations by their labels. Requests that failed with different codes may have the same labels. */
function durationsByLabels(
  requests: readonly RequestTally[],
): readonly { readonly labels: Labels; readonly durations: Durations }[] {
  const found = new Map<string, { labels: Labels; durations: Durations }>()
  for (const tally of requests) {
    const labels = serverLabels(tally)
    const key = JSON.stringify(labels)
    const before = found.get(key)
    found.set(key, {
      labels,
      durations: before === undefined ? tally.durations : addDurations(before.durations, tally.durations),
    })
  }
  return [...found.values()]
}

/**
 * Returns the labels of a request. `error_type` is the code of a failed request, or else the status of an error response of the
 * service.
 */
function serverLabels({ route, template, effect, method, scheme, status, code }: RequestTally): Labels {
  return {
    http_request_method: method,
    http_response_status_code: status === 0 ? null : status,
    http_route: template,
    url_scheme: scheme,
    error_type: status === 0 ? (code ?? '_OTHER') : status >= 500 ? (code ?? status) : null,
    iap_route: route === '' ? null : route,
    iap_effect: effect,
  }
}

function clientLabels({ service, address, method, outcome }: UpstreamTally): Labels {
  const isFailure = typeof outcome === 'string' || outcome >= 400
  return {
    http_request_method: method,
    http_response_status_code: typeof outcome === 'number' ? outcome : null,
    ...serverOf(address),
    error_type: isFailure ? outcome : null,
    iap_service: service,
  }
}

export function serverOf(address: string): {
  readonly server_address: string
  readonly server_port: string
  readonly url_scheme: string
} {
  if (!URL.canParse(address)) return { server_address: address, server_port: '', url_scheme: '' }
  const { hostname, port, protocol } = new URL(address)
  const scheme = protocol.slice(0, -1)
  // Without a URL's brackets.
  return {
    server_address: hostname.replace(/^\[(.*)\]$/, '$1'),
    server_port: port || (scheme === 'https' ? '443' : '80'),
    url_scheme: scheme,
  }
}

function decided(requests: readonly RequestTally[]): readonly Sample[] {
  const each = requests.flatMap(({ service, route, effect, rules, reasons }) => [
    ...rules.map(([rule, count]) => ({ service, route, effect, rule, reason: '', count })),
    ...reasons.map(([reason, count]) => ({ service, route, effect, rule: '', reason, count })),
  ])
  return byAlike(
    each,
    ({ count: _, ...labels }) => labels,
    ({ count }) => count,
  )
}

function byAlike<T>(list: readonly T[], labelsOf: (one: T) => Labels, countOf: (one: T) => number): readonly Sample[] {
  const sums = new Map<string, { labels: Labels; value: number }>()
  for (const one of list) {
    const labels = labelsOf(one)
    const key = JSON.stringify(labels)
    const sum = sums.get(key) ?? { labels, value: 0 }
    sum.value += countOf(one)
    sums.set(key, sum)
  }
  return [...sums.values()]
}

function samples(name: string, type: 'counter' | 'gauge', help: string, list: readonly Sample[]): string {
  return head(name, type, help) + list.map(({ labels, value }) => `${name}${braced(labelText(labels))} ${value}\n`).join('')
}

function histogram(
  name: string,
  help: string,
  bounds: readonly number[],
  list: readonly { readonly labels: Labels; readonly durations: Durations }[],
): string {
  const lines = list.map(({ labels, durations }) => {
    const text = labelText(labels)
    const between = text === '' ? '' : ','
    let below = 0
    // Cumulative in this format.
    const buckets = durations.counts.map((count, at) => {
      below += count
      return `${name}_bucket{le="${bounds[at] ?? '+Inf'}"${between}${text}} ${below}\n`
    })
    return `${buckets.join('')}${name}_sum${braced(text)} ${durations.sum}\n${name}_count${braced(text)} ${below}\n`
  })
  return head(name, 'histogram', help) + lines.join('')
}

function head(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}="${escaped(String(value))}"`]))
    .join(',')
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`
}
