import { byId, element, visible } from './dom.ts'
import { facts } from './facts.ts'
import type { Datum, Health, Rollout } from './shapes.ts'
import { type Column, tableOr } from './table.ts'
import { badge, bytes, number, shortRevision, time } from './words.ts'

/** What changes seldom. Each is put in place of what was there only where it is another. */
export class Panels {
  readonly #shown = new Map<string, string>()

  rollout(rollout: Rollout): void {
    this.#put('rollout-facts', rollout, () => facts(rollout))
  }

  data(data: readonly Datum[]): void {
    const none = 'The configuration names no data.'
    this.#put('data-table', data, () => tableOr(none, 'Data that policies decide by', DATA, data))
  }

  health({ workers = [], services = [], identityProviders: providers = [] }: Health): void {
    const alone = 'One process does all.'
    this.#put('workers-table', workers, () => tableOr(alone, 'Workers', WORKERS, workers))
    const addresses = services.flatMap(({ service, addresses }) => addresses.map((address) => ({ service, ...address })))
    this.#put('services-table', addresses, () => tableOr('There is none.', 'Addresses of services', ADDRESSES, addresses))
    // Their ages grow, and would be new each time.
    const shown = providers.map(({ issuer, available }) => ({ issuer, available }))
    this.#put('providers-table', shown, () => tableOr('There is none.', 'Identity providers', PROVIDERS, shown))
  }

  close(): void {
    for (const id of this.#shown.keys()) byId(id).replaceChildren()
  }

  #put(id: string, value: unknown, make: () => Node): void {
    const text = JSON.stringify(value)
    if (this.#shown.get(id) === text) return
    this.#shown.set(id, text)
    byId(id).replaceChildren(make())
  }
}

const DATA: readonly Column<Datum>[] = [
  { title: 'Name', cell: ({ name }) => element('strong', {}, name) },
  { title: 'From', cell: ({ source }) => source },
  {
    title: 'Version',
    cell: ({ version }) => (version === null ? badge('none has arrived', 'odd') : element('code', {}, version)),
  },
  { title: 'Since', cell: ({ since }) => (since === null ? '' : time(since)) },
  { title: 'Size', className: 'number', cell: (datum) => bytes(datum.bytes) },
  {
    title: 'Last refusal',
    cell: ({ lastError }) => (lastError === null ? '' : element('span', {}, badge('refused', 'bad'), ' ', visible(lastError))),
  },
]

const WORKERS: readonly Column<NonNullable<Health['workers']>[number]>[] = [
  { title: 'Worker', cell: ({ worker }) => worker },
  { title: 'Process', cell: ({ pid }) => pid },
  { title: 'State', cell: ({ state }) => badge(state, state === 'ready' ? 'good' : 'odd') },
  { title: 'Policy', cell: ({ policy }) => (policy === null ? '' : element('code', {}, shortRevision(policy.revision))) },
  { title: 'Connections', className: 'number', cell: ({ connections }) => number(connections) },
  { title: 'Requests', className: 'number', cell: ({ requests }) => number(requests) },
]

const ADDRESSES: readonly Column<{
  readonly service: string
  readonly address: string
  readonly up: boolean
  readonly requests: number
}>[] = [
  { title: 'Service', cell: ({ service }) => element('strong', {}, service) },
  { title: 'Address', cell: ({ address }) => element('code', {}, address) },
  { title: 'State', cell: ({ up }) => (up ? badge('up', 'good') : badge('down', 'bad')) },
  { title: 'Under way', className: 'number', cell: ({ requests }) => number(requests) },
]

const PROVIDERS: readonly Column<{ readonly issuer: string; readonly available: boolean }>[] = [
  { title: 'Issuer', cell: ({ issuer }) => element('code', {}, visible(issuer)) },
  { title: 'Keys', cell: ({ available }) => (available ? badge('available', 'good') : badge('not asked, or away', 'odd')) },
]
