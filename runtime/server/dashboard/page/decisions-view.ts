import type { Api } from './api.ts'
import { byId, type Content, element, setText, visible } from './dom.ts'
import { facts } from './facts.ts'
import type { Decision, Decisions, RouteRow } from './shapes.ts'
import { type Column, rowOf, tableOf } from './table.ts'
import { duration, effectBadge, number, timeOfDay, told } from './words.ts'

const MOST = 200
/** Milliseconds between two live announcements, so that screen reader users are not flooded. */
const QUIET = 10_000
/** Milliseconds to wait while the user types. */
const TYPING = 300

const REFUSED = ['deny', 'challenge', 'unauthenticated', 'reject']

interface Row {
  readonly of: HTMLTableRowElement
  details: HTMLTableRowElement | null
}

export class DecisionsView {
  readonly #api: Api
  readonly #onFilter: () => void
  readonly #ending = new AbortController()
  #cursor: string | null = null
  #rows: Row[] = []
  #body: HTMLElement | null = null
  #isPaused = false
  #missed = 0
  #announced = 0
  #routes = ''
  /** Counts filter changes: responses to earlier ones are dropped. */
  #asked = 0
  #typing: ReturnType<typeof setTimeout> | undefined

  constructor(api: Api, onFilter: () => void) {
    this.#api = api
    this.#onFilter = onFilter
    const { signal } = this.#ending
    byId('filters').addEventListener('submit', (event) => event.preventDefault(), { signal })
    byId('filters').addEventListener('input', () => this.#typed(), { signal })
    byId('pause').addEventListener('click', () => this.#pause(!this.#isPaused), { signal })
  }

  close(): void {
    this.#ending.abort()
    clearTimeout(this.#typing)
    showPaused(false)
    byId<HTMLFormElement>('filters').reset()
    byId('decisions-table').replaceChildren()
    setText('decisions-note', '')
  }

  /**
   * Loads and displays new decisions.
   *
   * @throws ApiError if the request fails or is refused
   */
  async look(): Promise<void> {
    if (this.#isPaused && this.#body !== null) return
    const asked = this.#asked
    const query = this.#query()
    if (this.#cursor !== null) query.set('after', this.#cursor)
    const { decisions, missed, cursor } = await this.#api.get<Decisions>(`/v1/decisions?${query}`)
    if (asked !== this.#asked || this.#ending.signal.aborted) return
    const isFirst = this.#body === null
    this.#cursor = cursor
    this.#missed += missed
    this.#show(decisions, isFirst)
    this.#announce(isFirst)
  }

  /** Updates the options of the route filter to the given routes. */
  offer(routes: readonly RouteRow[]): void {
    const names = routes.map(({ route }) => route)
    if (names.join(' ') === this.#routes) return
    this.#routes = names.join(' ')
    const select = byId<HTMLSelectElement>('filter-route')
    const { value } = select
    const kept = value === '' || names.includes(value) ? names : [value, ...names]
    const first = element('option', { value: '' }, 'All')
    select.replaceChildren(first, ...kept.map((name) => element('option', { value: name }, name)))
    select.value = value
  }

  #query(): URLSearchParams {
    const query = new URLSearchParams({ limit: String(MOST) })
    const value = (id: string) => byId<HTMLInputElement | HTMLSelectElement>(id).value.trim()
    const effect = value('filter-effect')
    for (const each of effect === 'refused' ? REFUSED : effect === '' ? [] : [effect]) query.append('effect', each)
    for (const name of ['route', 'subject']) if (value(`filter-${name}`) !== '') query.append(name, value(`filter-${name}`))
    if (value('filter-path') !== '') query.append('path', `${value('filter-path').replace(/\*$/, '')}*`)
    return query
  }

  #typed(): void {
    clearTimeout(this.#typing)
    this.#typing = setTimeout(() => {
      this.#asked++
      this.#cursor = null
      this.#body = null
      this.#missed = 0
      this.#onFilter()
    }, TYPING)
  }

  #pause(isPaused: boolean): void {
    this.#isPaused = isPaused
    showPaused(isPaused)
    if (this.#body !== null) this.#announce(true)
    if (!isPaused) this.#onFilter()
  }

  #show(decisions: readonly Decision[], isFirst: boolean): void {
    const rows = decisions.map((decision) => this.#row(decision, isFirst))
    if (this.#body === null) {
      this.#rows = []
      const made = tableOf('Recent decisions, newest first', COLUMNS, [])
      this.#body = made.tBodies[0] as HTMLElement
      byId('decisions-table').replaceChildren(made)
    }
    this.#body.prepend(...rows.map(({ of }) => of))
    this.#rows.unshift(...rows)
    for (const { of, details } of this.#rows.splice(MOST)) {
      of.remove()
      details?.remove()
    }
  }

  #row(decision: Decision, isFirst: boolean): Row {
    const of = rowOf(COLUMNS, decision)
    if (!isFirst) of.classList.add('new')
    const row: Row = { of, details: null }
    const more = of.querySelector('button') as HTMLButtonElement
    more.addEventListener('click', () => {
      const isOpen = row.details !== null
      more.setAttribute('aria-expanded', String(!isOpen))
      row.details?.remove()
      row.details = isOpen ? null : detailsOf(decision)
      if (row.details !== null) of.after(row.details)
    })
    return row
  }

  #announce(isAsked: boolean): void {
    const now = Date.now()
    if (!isAsked && now - this.#announced < QUIET) return
    this.#announced = now
    const count = this.#rows.length
    const shown =
      count === 0
        ? 'No decision matches the filter.'
        : `${number(count)} ${count === 1 ? 'decision' : 'decisions'}, newest first.`
    const missed = this.#missed === 0 ? '' : ` ${number(this.#missed)} more are not shown: see the audit log.`
    setText('decisions-note', `${shown}${missed}${this.#isPaused ? ' Paused.' : ''}`)
  }
}

function showPaused(isPaused: boolean): void {
  byId('pause').setAttribute('aria-pressed', String(isPaused))
}

const COLUMNS: readonly Column<Decision>[] = [
  { title: 'Time', className: 'time', cell: ({ time }) => timeOfDay(time) },
  { title: 'Effect', cell: ({ effect }) => effectBadge(effect) },
  { title: 'Request', cell: request },
  { title: 'Route', cell: ({ route }) => route ?? '' },
  {
    title: 'Caller',
    cell: callerOf,
  },
  { title: 'Why', cell: why },
  { title: 'Status', className: 'number', cell: ({ status }) => status ?? 'none' },
  { title: 'Duration', className: 'number', cell: ({ durations }) => duration(durations.total) },
  { title: 'Details', cell: more },
]

/** The name, if it is known, is beside the subject and never in its place: callers may choose their names. */
function callerOf({ caller }: Decision): Content {
  if (caller === null) return 'anonymous'
  const { identity, subject, name } = caller
  const named = `${identity}: ${visible(told(subject))}`
  return name === undefined ? named : element('span', {}, element('bdi', {}, visible(name)), ' ', element('small', {}, named))
}

function request({ method, host, path, rawPath }: Decision): HTMLElement {
  return element('code', {}, visible(`${method ?? '?'} ${told(host)}${told(path ?? rawPath)}`))
}

/** Shows the response code if nothing else explains the decision, or a permitted request failed. */
function why({ effect, rules, reason, code }: Decision): string {
  const words = [...rules, ...(reason === null ? [] : [reason])]
  return visible([...words, ...(code !== null && (effect === 'permit' || words.length === 0) ? [code] : [])].join(' · '))
}

function more({ requestId, effect }: Decision): HTMLElement {
  const about = element('span', { class: 'hidden' }, ` of the ${effect} ${requestId}`)
  return element('button', { type: 'button', class: 'more', 'aria-expanded': 'false' }, 'Record', about)
}

function detailsOf(decision: Decision): HTMLTableRowElement {
  const cell = element('td', { role: 'cell', colspan: String(COLUMNS.length) }, facts(decision))
  return element('tr', { role: 'row', class: 'details' }, cell)
}
