import type { CandidateComparison } from '../request-context.ts'

/** Milliseconds: nearly all requests have ended by then, and have been compared with that. */
const SOON = 100
/** Milliseconds for which others wait at most. */
const SLICE = 4

let waiting: CandidateComparison[] = []

/** What may last is compared at its beginning, a moment after its answer has begun, by one timer for all. */
export function compareSoon(tried: CandidateComparison): void {
  if (waiting.push(tried) === 1) setTimeout(compareAll, SOON).unref()
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
