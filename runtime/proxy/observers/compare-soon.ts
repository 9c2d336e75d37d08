import type { CandidateComparison } from '../request-context.ts'

/** Milliseconds after which nearly all requests have ended and been compared. */
const SOON = 100
/** Milliseconds of work before other events are served. */
const SLICE = 4

let waiting: CandidateComparison[] = []

/**
 * Compares the decisions of the active policy and the candidate about a long-lived request, shortly after its response has begun.
 * One timer serves all such requests.
 */
export function compareSoon(comparison: CandidateComparison): void {
  if (waiting.push(comparison) === 1) setTimeout(compareAll, SOON).unref()
}

function compareAll(): void {
  const now = waiting
  waiting = []
  compareFrom(now, 0)
}

function compareFrom(all: readonly CandidateComparison[], first: number): void {
  const begun = performance.now()
  for (let at = first; at < all.length; at++) {
    all[at]?.compare()
    if (performance.now() - begun > SLICE) return void setImmediate(compareFrom, all, at + 1)
  }
}
