import { Counter, Gauge, type Registry } from 'prom-client'
import { serverOf } from './exposition.ts'

export interface ServiceFigures {
  readonly service: string
  readonly addresses: readonly { readonly address: string; readonly up: boolean; readonly requests: number }[]
  /** Since the start. */
  readonly ejections: number
  readonly retries: { readonly sent: number; readonly overBudget: number }
}

/** What is known of services and their addresses, read when it is asked for. */
export function serviceMetrics(registry: Registry, services: () => readonly ServiceFigures[]): void {
  const registers = [registry]
  new Gauge({
    name: 'iap_upstream_up',
    help: 'Whether requests are sent to an address of a service as a matter of course: 1 or 0.',
    labelNames: ['service', 'address'],
    registers,
    aggregator: 'min',
    collect() {
      this.reset()
      for (const { service, addresses } of services())
        for (const { address, up } of addresses) this.set({ service, address }, up ? 1 : 0)
    },
  })
  new Gauge({
    name: 'http_client_active_requests',
    help: 'Requests under way at an address of a service.',
    labelNames: ['server_address', 'server_port', 'url_scheme', 'iap_service'],
    registers,
    collect() {
      this.reset()
      for (const { service, addresses } of services())
        for (const { address, requests } of addresses) this.set({ ...serverOf(address), iap_service: service }, requests)
    },
  })
  new Counter({
    name: 'iap_upstream_ejections_total',
    help: 'How often an address of a service was passed over because requests failed there.',
    labelNames: ['service'],
    registers,
    collect() {
      this.reset()
      for (const { service, ejections } of services()) this.inc({ service }, ejections)
    },
  })
  new Counter({
    name: 'iap_upstream_retries_total',
    help: 'Requests that were to be sent again, by result: sent, or over-budget.',
    labelNames: ['service', 'result'],
    registers,
    collect() {
      this.reset()
      for (const { service, retries } of services()) {
        this.inc({ service, result: 'sent' }, retries.sent)
        this.inc({ service, result: 'over-budget' }, retries.overBudget)
      }
    },
  })
}
