import type { Once, Outcome, Revocation } from './revocation.ts'

/**
 * How whoever has no list of its own makes revocations. `unavailable`: nobody could be asked, or it could not be kept, and
 * nothing is revoked by it.
 */
export type Revoke = (revocations: readonly Revocation[], once: Once | null) => Promise<Outcome | 'unavailable'>
