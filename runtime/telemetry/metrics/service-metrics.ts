import type { Registry } from 'prom-client'
import { serverOf } from './exposition.ts'
import { gauge, total } from './instruments.ts'

export interface ServiceFigures {
  readonly service: string
  readonly addresses: readonly { readonly address: string; readonly up: boolean; readonly requests: number }[]
  /** Number of times that an address of the service was ejected because requests to it failed, since the start of the process. */
  readonly ejections: number
  readonly retries: { readonly sent: number; readonly overBudget: number }
}

/** Adds metrics of services and their addresses, which are read when metrics are exposed. */
export function serviceMetrics(registry: Registry, services: () => readonly ServiceFigures[]): void {
  const addresses = () => services().flatMap(({ service, addresses }) => addresses.map((one) => ({ service, ...one })))
  gauge(
    registry,
    'iap_upstream_up',
    'Whether an address of a service is in rotation for requests: 1 or 0.',
    () => addresses().map(({ service, address, up }) => [{ service, address }, Number(up)]),
    { labels: ['service', 'address'], aggregator: 'min' },
  )
  gauge(
    registry,
    'http_client_active_requests',
    'Requests in progress at an address of a service.',
    () => addresses().map(({ service, address, requests }) => [{ ...serverOf(address), iap_service: service }, requests]),
    { labels: ['server_address', 'server_port', 'url_scheme', 'iap_service'] },
  )
  total(
    registry,
    'iap_upstream_ejections_total',
    'Ejections of an address of a service because requests failed there.',
    () => services().map(({ service, ejections }) => [{ service }, ejections]),
    { labels: ['service'] },
  )
  total(
    registry,
    'iap_upstream_retries_total',
    'Retries of requests, by result: sent, or over-budget.',
    () =>
      services().flatMap(({ service, retries }) => [
        [{ service, result: 'sent' }, retries.sent],
        [{ service, result: 'over-budget' }, retries.overBudget],
      ]),
    { labels: ['service', 'result'] },
  )
}
