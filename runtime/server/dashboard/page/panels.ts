import { byId, element, renew, visible } from './dom.ts'
import type { Datum, Health, ReportedFleet, ReportedProxy } from './shapes.ts'
import { type Column, tableOr } from './table.ts'
import { badge, bytes, number, shortRevision, time } from './words.ts'

const PLACES = ['fleet-table', 'data-table', 'workers-table', 'services-table', 'providers-table'] as const

export class Panels {
  fleet({ configured, available, proxies, unreadable }: ReportedFleet): void {
    const empty = configured ? 'The Redis of the fleet does not respond.' : 'The proxy belongs to no fleet.'
    const table = tableOr(available ? 'No proxy reports.' : empty, 'Proxies of the fleet', PROXIES, proxies)
    const note = `${number(unreadable)} entries in the Redis of the fleet are not reports.`
    put(
      'fleet-table',
      unreadable === 0 ? table : element('div', {}, table, element('p', {}, badge('unreadable', 'bad'), ' ', note)),
    )
  }

  data(data: readonly Datum[]): void {
    put('data-table', tableOr('The configuration has no data.', 'Data of the policy', DATA, data))
  }

  health({ workers = [], services = [], identityProviders: providers = [] }: Health): void {
    put('workers-table', tableOr('The proxy runs as a single process.', 'Workers', WORKERS, workers))
    const addresses = services.flatMap(({ service, addresses }) => addresses.map((address) => ({ service, ...address })))
    put('services-table', tableOr('There are no services.', 'Addresses of services', ADDRESSES, addresses))
    put('providers-table', tableOr('There are no identity providers.', 'Identity providers', PROVIDERS, providers))
  }

  close(): void {
    for (const id of PLACES) byId(id).replaceChildren()
  }
}

function put(id: (typeof PLACES)[number], made: Node): void {
  renew(byId(id), made)
}

const STATES = { current: 'good', lagging: 'odd', unready: 'bad' } as const

const PROXIES: readonly Column<ReportedProxy>[] = [
  { title: 'Proxy', cell: ({ id }) => element('strong', {}, visible(id)) },
  { title: 'State', cell: ({ state }) => badge(state, STATES[state]) },
  { title: 'Policy', cell: ({ policy }) => (policy === null ? '' : element('code', {}, shortRevision(policy.revision))) },
  { title: 'Sequence', className: 'number', cell: ({ policy }) => (policy === null ? '' : number(policy.sequence)) },
  { title: 'Since', cell: ({ policy }) => (policy === null ? '' : time(policy.since)) },
  { title: 'Configuration', cell: ({ config }) => element('code', {}, config.slice(0, 12)) },
  { title: 'Problems', cell: (proxy) => visible(problemsOf(proxy).join('; ')) },
]

function problemsOf({ reasons, lastError, isShared }: ReportedProxy): readonly string[] {
  const refused = lastError === null ? [] : [`the latest bundle was refused: ${lastError.code}`]
  return [...reasons, ...refused, ...(isShared ? ['another proxy has the same ID'] : [])]
}

const DATA: readonly Column<Datum>[] = [
  { title: 'Name', cell: ({ name }) => element('strong', {}, name) },
  { title: 'From', cell: ({ source }) => source },
  {
    title: 'Version',
    cell: ({ version }) => (version === null ? badge('no value yet', 'odd') : element('code', {}, version)),
  },
  { title: 'Since', cell: ({ since }) => (since === null ? '' : time(since)) },
  { title: 'Size', className: 'number', cell: (datum) => bytes(datum.bytes) },
  {
    title: 'Last error',
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
  { title: 'In progress', className: 'number', cell: ({ requests }) => number(requests) },
]

const PROVIDERS: readonly Column<{ readonly issuer: string; readonly available: boolean }>[] = [
  { title: 'Issuer', cell: ({ issuer }) => element('code', {}, visible(issuer)) },
  {
    title: 'Keys',
    cell: ({ available }) => (available ? badge('available', 'good') : badge('unavailable or not yet used', 'odd')),
  },
]
