import type { PolicyRefusal } from '../store/policy-target.ts'
import type { LastNote } from './rollout-directory.ts'

/** Milliseconds until what was refused to be promoted, or could not go on, is tried again. */
export const RETRY = 60_000
/** A full disk, a process that is about to end, a worker that was killed: it may be fine a moment later. */
export const TRANSIENT: ReadonlySet<PolicyRefusal['code']> = new Set(['state', 'internal', 'worker'])

/** What ends because of workers, or for want of them, does so once more if it comes back at once. */
export function pauseAfter(why: LastNote['why']): number {
  return why !== null && (why.code === 'lost' || TRANSIENT.has(why.code as PolicyRefusal['code'])) ? RETRY : 0
}
