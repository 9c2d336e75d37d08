import { addDurations, DECISION_BOUNDS, type Durations, noDurations, requestsOf } from './durations.ts'

/** Requests that ended alike. */
export interface RequestTally {
  /** `service.route`; empty: none has matched. */
  readonly route: string
  readonly service: string
  /** Its path as it stands in the policy: `/orders/{id}`; null: none has matched. */
  readonly template: string | null
  readonly effect: string
  readonly method: string
  readonly scheme: string
  /** Of the answer; 0: the client went away before there was one. */
  readonly status: number
  readonly durations: Durations
  /** How often each rule decided, and how often each reason, where no rule did. */
  readonly rules: readonly NamedCount[]
  readonly reasons: readonly NamedCount[]
}

export type NamedCount = readonly [name: string, count: number]

/** What a service was asked, and how it answered. */
export interface UpstreamTally {
  readonly service: string
  /** `http://10.0.0.1:8080` */
  readonly address: string
  readonly method: string
  /** A status; else why there was none: a code of the proxy's own, or `client-closed`. */
  readonly outcome: number | string
  readonly durations: Durations
}

/** Requests under way. */
export interface ActiveTally {
  readonly method: string
  readonly scheme: string
  readonly count: number
}

/** All that is counted of requests, as plain data. */
export interface Tallies {
  readonly requests: readonly RequestTally[]
  readonly upstreams: readonly UpstreamTally[]
  readonly active: readonly ActiveTally[]
  readonly decisions: Durations
}

export const noTallies: Tallies = { requests: [], upstreams: [], active: [], decisions: noDurations(DECISION_BOUNDS) }

/** Those of several processes as one. */
export function addTallies(all: readonly Tallies[]): Tallies {
  return {
    requests: merged(
      all.flatMap(({ requests }) => requests),
      ({ route, template, effect, method, scheme, status }) => [route, template, effect, method, scheme, status],
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

/** That came to their end. */
export function requestsIn({ requests }: Tallies): number {
  return requests.reduce((sum, { durations }) => sum + requestsOf(durations), 0)
}

/** Without what ends with the process that has told it. */
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
