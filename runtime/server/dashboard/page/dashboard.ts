import { type Api, ApiError, type Failure } from './api.ts'
import { DecisionsView } from './decisions-view.ts'
import { byId } from './dom.ts'
import { showChart } from './effect-chart.ts'
import { Overview } from './overview.ts'
import { Panels } from './panels.ts'
import { drawRollout } from './rollout-view.ts'
import { RoutesView } from './routes-view.ts'
import { showSessions } from './sessions-view.ts'
import type { Datum, EffectInterval, Health, ReportedFleet, Rollout, Routes, SessionStore } from './shapes.ts'

/** Milliseconds between two updates of live data and of the rest. */
const OFTEN = 2000
const SELDOM = 5000

export class Dashboard {
  readonly #api: Api
  readonly #onRefused: (failure: Failure) => void
  readonly #overview = new Overview()
  readonly #panels = new Panels()
  readonly #routes = new RoutesView()
  readonly #decisions: DecisionsView
  readonly #ending = new AbortController()
  readonly #looks: readonly Look[]

  constructor(api: Api, onRefused: (failure: Failure) => void) {
    this.#api = api
    this.#onRefused = onRefused
    const often = new Look(OFTEN, () => this.#try(() => this.#decisions.look()))
    this.#decisions = new DecisionsView(api, () => often.now())
    this.#looks = [often, new Look(SELDOM, () => this.#try(() => this.#rest()))]
    for (const look of this.#looks) look.now()
    // A hidden page is not updated.
    const onVisibility = () => {
      if (!document.hidden) for (const look of this.#looks) look.now()
    }
    document.addEventListener('visibilitychange', onVisibility, { signal: this.#ending.signal })
  }

  /** Stops updates, and removes all displayed data. */
  close(): void {
    this.#ending.abort()
    for (const look of this.#looks) look.stop()
    this.#decisions.close()
    this.#routes.close()
    this.#panels.close()
    for (const of of document.querySelectorAll('.tile .value, .tile .note, .loaded')) of.replaceChildren()
  }

  async #rest(): Promise<void> {
    // A failed request does not affect the others.
    const all = await Promise.allSettled([
      this.#show<Health>('/readyz?verbose', (health) => {
        this.#overview.health(health)
        this.#panels.health(health)
      }),
      this.#show<Rollout>('/v1/rollout', (rollout) => {
        this.#overview.rollout(rollout)
        drawRollout(rollout)
      }),
      this.#show<Routes>('/v1/routes', (routes) => {
        this.#overview.routes(routes)
        this.#routes.show(routes.routes)
        this.#decisions.offer(routes.routes)
      }),
      this.#show<{ readonly intervals: readonly EffectInterval[] }>('/v1/history', ({ intervals }) => showChart(intervals)),
      this.#show<{ readonly store: SessionStore | null }>('/v1/sessions', showSessions),
      this.#show<ReportedFleet>('/v1/fleet', (fleet) => this.#panels.fleet(fleet)),
      this.#show<{ readonly data: readonly Datum[] }>('/v1/data', ({ data }) => this.#panels.data(data)),
    ])
    const failed = all.find((one) => one.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  async #show<T>(path: string, show: (answer: T) => void): Promise<void> {
    const answer = await this.#api.get<T>(path, path.startsWith('/readyz'))
    if (!this.#ending.signal.aborted) show(answer)
  }

  async #try(look: () => Promise<void>): Promise<void> {
    try {
      await look()
      if (!this.#ending.signal.aborted) notify(null)
    } catch (error) {
      if (this.#ending.signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      const { failure } = error
      if (failure.kind === 'refused' || failure.kind === 'unknown') this.#onRefused(failure)
      else notify(failure.kind === 'away' ? 'The proxy does not respond. Retrying.' : failure.detail)
    }
  }
}

export function notify(text: string | null): void {
  const of = byId('offline')
  of.hidden = text === null
  if (of.textContent !== (text ?? '')) of.textContent = text ?? ''
}

/** A repeated task that never overlaps itself. */
class Look {
  readonly #every: number
  readonly #look: () => Promise<void>
  #timer: ReturnType<typeof setTimeout> | undefined
  #isBusy = false
  #again = false
  #isOver = false

  constructor(every: number, look: () => Promise<void>) {
    this.#every = every
    this.#look = look
  }

  now(): void {
    if (this.#isOver) return
    if (this.#isBusy) {
      this.#again = true
      return
    }
    clearTimeout(this.#timer)
    this.#isBusy = true
    this.#again = false
    void this.#look().finally(() => {
      this.#isBusy = false
      if (this.#again) this.now()
      else if (!this.#isOver) this.#timer = setTimeout(() => (document.hidden ? this.#skip() : this.now()), this.#every)
    })
  }

  stop(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
  }

  /** Resumes when the page is visible again. */
  #skip(): void {
    clearTimeout(this.#timer)
  }
}
