import { addDurations, DECISION_BOUNDS, type Durations, noDurations, requestsOf } from './durations.ts'

/** Requests with equal labels. */
export interface RequestTally {
  readonly route: string
  readonly service: string
  /** Its path in the policy: `/orders/{id}`; null: none matched. */
  readonly template: string | null
  readonly effect: string
  readonly method: string
  readonly scheme: string
  /** 0: no response was sent. */
  readonly status: number
  /** Why the requests failed, as in the audit record; `null`: they did not. */
  readonly code: string | null
  readonly durations: Durations
  /** Counts by rule, or by reason without one. */
  readonly rules: readonly NamedCount[]
  readonly reasons: readonly NamedCount[]
}

export type NamedCount = readonly [name: string, count: number]

export interface UpstreamTally {
  readonly service: string
  /** `http://10.0.0.1:8080` */
  readonly address: string
  readonly method: string
  /** A status, or the code of a request without a response of the service. */
  readonly outcome: number | string
  readonly durations: Durations
}

export interface ActiveTally {
  readonly method: string
  readonly scheme: string
  readonly count: number
}

export interface Tallies {
  readonly requests: readonly RequestTally[]
  readonly upstreams: readonly UpstreamTally[]
  readonly active: readonly ActiveTally[]
  readonly decisions: Durations
}

export const noTallies: Tallies = { requests: [], upstreams: [], active: [], decisions: noDurations(DECISION_BOUNDS) }

/** Adds those of several processes. */
export function addTallies(all: readonly Tallies[]): Tallies {
  return {
    requests: merged(
      all.flatMap(({ requests }) => requests),
      ({ route, template, effect, method, scheme, status, code }) => [route, template, effect, method, scheme, status, code],
      (a, b) => ({
        ...a,
        durations: addDurations(a.durations, b.durations),
        rules: addCounts(a.rules, b.rules),
        reasons: addCounts(a.reasons, b.reasons),
      }),
    ),
    upstreams: merged(
      all.flatMap(({ upstreams }) => upstreams),
      ({ service, address, method, outcome }) => [service, address, method, outcome],
      (a, b) => ({ ...a, durations: addDurations(a.durations, b.durations) }),
    ),
    active: merged(
      all.flatMap(({ active }) => active),
      ({ method, scheme }) => [method, scheme],
      (a, b) => ({ ...a, count: a.count + b.count }),
    ),
    decisions: all.reduce((sum, { decisions }) => addDurations(sum, decisions), noTallies.decisions),
  }
}

export function requestsIn({ requests }: Tallies): number {
  return requests.reduce((sum, { durations }) => sum + requestsOf(durations), 0)
}

/** Drops what ends with its process. */
export function lastingTallies(tallies: Tallies): Tallies {
  return { ...tallies, active: [] }
}

function merged<T>(list: readonly T[], keyOf: (one: T) => readonly unknown[], add: (a: T, b: T) => T): readonly T[] {
  const byKey = new Map<string, T>()
  for (const one of list) {
    const key = JSON.stringify(keyOf(one))
    const before = byKey.get(key)
    byKey.set(key, before === undefined ? one : add(before, one))
  }
  return [...byKey.values()]
}

function addCounts(a: readonly NamedCount[], b: readonly NamedCount[]): readonly NamedCount[] {
  const counts = new Map(a)
  for (const [name, count] of b) counts.set(name, (counts.get(name) ?? 0) + count)
  return [...counts]
}
