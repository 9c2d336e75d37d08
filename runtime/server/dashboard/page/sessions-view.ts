import { byId, element, renew, setText } from './dom.ts'
import type { SessionStore } from './shapes.ts'
import { badge, bytes, duration, number } from './words.ts'

/** Shows where sessions are kept, whether the store responds and how fast, and how many there are. */
export function showSessions({ store }: { readonly store: SessionStore | null }): void {
  setText('tile-sessions', store === null ? 'none' : countOf(store))
  byId('tile-sessions-note').replaceChildren(...noteOf(store))
  renew(
    byId('sessions-facts'),
    store === null ? element('p', { class: 'empty' }, 'No identity signs in with a browser.') : factsOf(store),
  )
}

function countOf({ sessions, isMinimum }: SessionStore): string {
  if (sessions === null) return 'unknown'
  return isMinimum ? `${number(sessions)} or more` : number(sessions)
}

function noteOf(store: SessionStore | null): readonly (Node | string)[] {
  if (store === null) return ['no browser sign-in']
  if (!store.available) return [badge('unavailable', 'bad')]
  return [store.latency === null ? 'in memory' : `Redis, ${duration(store.latency)}`]
}

function factsOf(store: SessionStore): HTMLElement {
  const { kind, available, latency, memory } = store
  const rows: readonly (readonly [string, Node | string])[] = [
    ['Store', kind === 'redis' ? 'Redis, shared by several proxies' : 'Memory of this proxy'],
    ['State', available ? badge('available', 'good') : badge('unavailable', 'bad')],
    ['Sessions', countOf(store)],
    ...(kind === 'memory' ? [] : [['Response time', latency === null ? 'none' : duration(latency)] as const]),
    ...(memory === null ? [] : [['Memory', memoryOf(memory)] as const]),
  ]
  return element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]))
}

function memoryOf({ used, most }: NonNullable<SessionStore['memory']>): string {
  return most === null ? `${bytes(used)}, no limit` : `${bytes(used)} of ${bytes(most)}`
}
