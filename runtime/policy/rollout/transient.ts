import type { PolicyRefusal } from '../store/policy-target.ts'
import type { LastNote } from './rollout-directory.ts'

/** Milliseconds until a refused promotion or a failed resumption is retried. */
export const RETRY = 60_000
/** Codes of refusals that may soon pass, such as a full disk, an ending process or a killed worker. */
export const TRANSIENT: ReadonlySet<PolicyRefusal['code']> = new Set(['state', 'internal', 'worker'])

/** Returns the milliseconds after which a candidate that ended because of workers may start again. */
export function pauseAfter(why: LastNote['why']): number {
  return why !== null && (why.code === 'lost' || TRANSIENT.has(why.code as PolicyRefusal['code'])) ? RETRY : 0
}
