import type { Tally } from '../candidate/candidate.ts'

export type StepCounts = Pick<Tally, (typeof COUNTED)[number]> & {
  /** Number of requests decided by the candidate, without those of completed services. */
  readonly decided: number
}

const COUNTED = ['compared', 'newlyPermitted', 'newlyDenied', 'other', 'failed', 'unknown', 'skipped'] as const

export const NOTHING_COUNTED: StepCounts = {
  compared: 0,
  newlyPermitted: 0,
  newlyDenied: 0,
  other: 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
  decided: 0,
}

export function countsOf(tally: Tally): StepCounts {
  const { compared, newlyPermitted, newlyDenied, other, failed, unknown, skipped, ofStep } = tally
  return { compared, newlyPermitted, newlyDenied, other, failed, unknown, skipped, decided: ofStep }
}

/** Returns by how much each count has increased, or `null` if a count has decreased because counting was restarted. */
export function countedSince(now: StepCounts, before: StepCounts): StepCounts | null {
  const entries = Object.entries(now).map(([key, value]) => [key, value - before[key as keyof StepCounts]] as const)
  return entries.some(([, value]) => value < 0) ? null : (Object.fromEntries(entries) as unknown as StepCounts)
}
