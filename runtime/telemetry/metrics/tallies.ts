import { addDurations, DECISION_BOUNDS, type Durations, noDurations, requestsOf } from './durations.ts'

/** Counts of the requests with equal labels. */
export interface RequestTally {
  readonly route: string
  readonly service: string
  /** Path of the route in the policy, such as `/orders/{id}`, or `null` if none matched. */
  readonly template: string | null
  readonly effect: string
  readonly method: string
  readonly scheme: string
  /** Status of the response, or 0 if none was sent. */
  readonly status: number
  /** Code with which the requests failed, as in the audit record, or `null` if they did not fail. */
  readonly code: string | null
  readonly durations: Durations
  /** Counts by deciding rule, or by reason if no rule decided. */
  readonly rules: readonly NamedCount[]
  readonly reasons: readonly NamedCount[]
}

export type NamedCount = readonly [name: string, count: number]

export interface UpstreamTally {
  readonly service: string
  /** Address of the upstream, such as `http://10.0.0.1:8080`. */
  readonly address: string
  readonly method: string
  /** Status of the response, or the error code if the service did not respond. */
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

/** Returns the sums of the tallies of several processes, with one entry for each set of labels. */
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

/** Returns the tallies without the numbers of requests under way, for a process that has ended. */
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
