import type { DecisionDifference, RequestSample, Tally } from './candidate.ts'

/**
 * Maximum number of distinct differences that a tally lists. `MOST_SAMPLES` is the maximum number of sample requests for each.
 */
export const MOST_DIFFERENCES = 200
export const MOST_SAMPLES = 5

export const NO_TALLY: Tally = Object.freeze({
  ...{ compared: 0, newlyPermitted: 0, newlyDenied: 0, other: 0, failed: 0, unknown: 0, skipped: 0 },
  candidate: Object.freeze({ decided: 0, refused: 0 }),
  ofStep: 0,
  active: Object.freeze({ decided: 0, refused: 0 }),
  differences: Object.freeze([]),
  unlisted: 0,
  ended: null,
})

/** Returns a text that identifies a difference: equal for the same route, kind, effects, rules and reasons. */
export function keyOf({
  route,
  kind,
  active,
  candidate,
}: Pick<DecisionDifference, 'route' | 'kind' | 'active' | 'candidate'>): string {
  const { effect, rule, reason } = candidate
  return JSON.stringify([route, kind, active.effect, active.rule, active.reason, effect, rule, reason])
}

/** Returns the sum of the candidate's tallies of several processes, each of which counts different requests. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(sum, NO_TALLY)
}

function sum(a: Tally, b: Tally): Tally {
  const { differences, left } = merge(a.differences, b.differences)
  return {
    compared: a.compared + b.compared,
    newlyPermitted: a.newlyPermitted + b.newlyPermitted,
    newlyDenied: a.newlyDenied + b.newlyDenied,
    other: a.other + b.other,
    failed: a.failed + b.failed,
    unknown: a.unknown + b.unknown,
    skipped: a.skipped + b.skipped,
    candidate: both(a.candidate, b.candidate),
    ofStep: a.ofStep + b.ofStep,
    active: both(a.active, b.active),
    differences,
    unlisted: a.unlisted + b.unlisted + left,
    ended: a.ended ?? b.ended,
  }
}

function both(a: Tally['active'], b: Tally['active']): Tally['active'] {
  return { decided: a.decided + b.decided, refused: a.refused + b.refused }
}

function merge(
  some: readonly DecisionDifference[],
  others: readonly DecisionDifference[],
): { readonly differences: readonly DecisionDifference[]; readonly left: number } {
  const merged = new Map(some.map((one) => [keyOf(one), one]))
  let left = 0
  for (const one of others) {
    const key = keyOf(one)
    const known = merged.get(key)
    if (known !== undefined) {
      // In the order of the requests, whichever process answers first.
      const samples = [...known.samples, ...one.samples].sort(byTime).slice(0, MOST_SAMPLES)
      merged.set(key, { ...known, count: known.count + one.count, samples })
    } else if (merged.size < MOST_DIFFERENCES) merged.set(key, one)
    else left += one.count
  }
  return { differences: [...merged.values()], left }
}

function byTime(a: RequestSample, b: RequestSample): number {
  return Date.parse(a.time) - Date.parse(b.time)
}
