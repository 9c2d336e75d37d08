import { byId, setText } from './dom.ts'
import { isUnseen, sum } from './routes-view.ts'
import type { Health, Rollout, Routes } from './shapes.ts'
import { badge, number, shortRevision } from './words.ts'

interface Totals {
  readonly at: number
  readonly all: number
}

export class Overview {
  #before: Totals | null = null

  health({ ready, reasons, workers = [] }: Health): void {
    byId('tile-status').replaceChildren(ready ? badge('ready', 'good') : badge('not ready', 'bad'))
    setText('tile-status-note', reasons.join('; '))
    const serving = workers.filter(({ state }) => state === 'ready').length
    setText('tile-workers', workers.length === 0 ? '1' : `${serving} of ${workers.length}`)
    setText('tile-workers-note', workers.length === 0 ? 'single process' : 'ready')
  }

  rollout({ active, quarantined, lastError, stale }: Rollout): void {
    setText('tile-policy', active === null ? 'none' : shortRevision(active.revision))
    const notes = [
      active === null ? '' : `sequence ${active.sequence}, since ${new Date(active.since).toLocaleString()}`,
      stale ? 'stale' : '',
      quarantined === null ? '' : 'a rolled-back policy is quarantined',
      lastError === null ? '' : `the latest bundle was refused: ${lastError.code}`,
    ]
    setText('tile-policy-note', notes.filter((note) => note !== '').join('; '))
  }

  routes({ routes, unrouted }: Routes): void {
    const counts = [...routes.map(({ requests }) => requests), unrouted]
    const all = counts.reduce((total, each) => total + sum(each), 0)
    const refused = all - counts.reduce((total, { permit }) => total + permit, 0)
    this.#requests({ at: performance.now(), all }, refused)
    const uncovered = routes.filter(({ covered }) => !covered).length
    const unseen = routes.filter(isUnseen).length
    setText('tile-routes', number(routes.length))
    setText('tile-routes-note', `${number(uncovered)} without a rule, ${number(unseen)} without requests`)
  }

  #requests(now: Totals, refused: number): void {
    const before = this.#before
    this.#before = now
    const share = now.all === 0 ? 0 : (100 * refused) / now.all
    setText('tile-requests-note', `${number(now.all)} since the start, ${share.toFixed(share < 10 ? 1 : 0)} % refused`)
    if (before === null) {
      setText('tile-requests', number(now.all))
      return
    }
    const seconds = (now.at - before.at) / 1000
    // A restarted proxy counts from zero.
    setText('tile-requests', `${(Math.max(0, now.all - before.all) / seconds).toFixed(1)}/s`)
  }
}
