import { isTransient } from '../store/policy-target.ts'
import type { LastNote } from './rollout-directory.ts'

/** Milliseconds until a refused promotion, a failed resumption or a failed quarantine is retried. */
export const RETRY = 60_000

/**
 * Returns the milliseconds after which a candidate that has ended may start again. 0 unless the reason is transient, such as a
 * killed worker or a full disk.
 *
 * @param why reason why the candidate ended
 */
export function pauseAfter(why: LastNote['why']): number {
  return why !== null && (why.code === 'lost' || isTransient(why)) ? RETRY : 0
}
