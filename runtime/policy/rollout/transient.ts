import type { PolicyRefusal } from '../store/policy-target.ts'
import type { LastNote } from './rollout-directory.ts'

/** Milliseconds until a refused promotion, a failed resumption or a failed quarantine is retried. */
export const RETRY = 60_000
/** Codes of refusals that may soon pass, such as a full disk, an ending process or a killed worker. */
export const TRANSIENT: ReadonlySet<PolicyRefusal['code']> = new Set(['state', 'internal', 'worker'])

/**
 * Returns the milliseconds after which a candidate that has ended may start again. 0 unless the reason is transient, such as a
 * killed worker or a full disk.
 *
 * @param why reason why the candidate ended
 */
export function pauseAfter(why: LastNote['why']): number {
  return why !== null && (why.code === 'lost' || TRANSIENT.has(why.code as PolicyRefusal['code'])) ? RETRY : 0
}
