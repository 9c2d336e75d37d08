import { byId, element, renew, setText, visible } from './dom.ts'
import type { EffectCounts, RouteRow } from './shapes.ts'
import { type Column, tableOr } from './table.ts'
import { badge, number } from './words.ts'

const MOST = 200

/** The dashboard's table of the policy's routes. Routes that need attention come first. */
export class RoutesView {
  readonly #ending = new AbortController()
  #routes: readonly RouteRow[] = []

  constructor() {
    const { signal } = this.#ending
    byId('route-filters').addEventListener('submit', (event) => event.preventDefault(), { signal })
    byId('route-filters').addEventListener('input', () => this.#draw(), { signal })
  }

  close(): void {
    this.#ending.abort()
    byId<HTMLFormElement>('route-filters').reset()
    byId('routes-table').replaceChildren()
    setText('routes-note', '')
  }

  show(routes: readonly RouteRow[]): void {
    this.#routes = routes
    this.#draw()
  }

  #draw(): void {
    const which = byId<HTMLSelectElement>('routes-which').value
    const name = byId<HTMLInputElement>('routes-name').value.trim()
    const found = this.#routes
      .filter((route) => which === 'all' || (which === 'uncovered' ? !route.covered : isUnseen(route)))
      .filter(({ route, path }) => route.includes(name) || path.includes(name))
      .toSorted((a, b) => weight(b) - weight(a))
    renew(byId('routes-table'), tableOr('No route matches the filter.', 'Routes of the policy', COLUMNS, found.slice(0, MOST)))
    const count = `${number(found.length)} of ${number(this.#routes.length)} routes`
    setText('routes-note', found.length > MOST ? `${count}; the first ${MOST} are shown.` : `${count}.`)
  }
}

export function isUnseen({ requests }: RouteRow): boolean {
  return sum(requests) === 0
}

export function sum(counts: EffectCounts): number {
  return Object.values(counts).reduce((all, count) => all + count, 0)
}

/** Sorts uncovered routes first, then unused ones. */
function weight(route: RouteRow): number {
  return (route.covered ? 0 : 2) + (isUnseen(route) ? 1 : 0)
}

const COLUMNS: readonly Column<RouteRow>[] = [
  { title: 'Route', cell: ({ route }) => element('strong', {}, route) },
  { title: 'Path', cell: ({ methods, path }) => element('code', {}, visible(`${methods?.join(', ') ?? 'ANY'} ${path}`)) },
  { title: 'Labels', cell: ({ labels }) => labels.join(', ') },
  { title: 'Permitted', className: 'number', cell: ({ requests }) => number(requests.permit) },
  { title: 'Refused', className: 'number', cell: ({ requests }) => number(sum(requests) - requests.permit) },
  { title: 'Remarks', cell: remarks },
]

function remarks(route: RouteRow): HTMLElement {
  return element(
    'span',
    {},
    route.covered ? null : badge('no rule: denied', 'odd'),
    route.covered || !isUnseen(route) ? null : ' ',
    isUnseen(route) ? badge('no requests', '') : null,
  )
}
