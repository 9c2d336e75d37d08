import type { PolicyRefusal } from '../store/policy-target.ts'
import type { LastNote } from './rollout-directory.ts'

/** Milliseconds until a refused promotion or failed resumption is retried. */
export const RETRY = 60_000
/** May soon pass: a full disk, an ending process, a killed worker. */
export const TRANSIENT: ReadonlySet<PolicyRefusal['code']> = new Set(['state', 'internal', 'worker'])

/** Returns the delay before a candidate that ended because of workers may return. */
export function pauseAfter(why: LastNote['why']): number {
  return why !== null && (why.code === 'lost' || TRANSIENT.has(why.code as PolicyRefusal['code'])) ? RETRY : 0
}
