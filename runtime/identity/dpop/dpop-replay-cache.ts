import { StoreUnavailable } from '../../base/errors.ts'
import { type Remembered, ReplayCache, type SessionStore, storeKey } from '../sessions/index.ts'

/** Which proofs were shown, for as long as they would count again (RFC 9449, section 11.1). */
export interface DpopReplayCache {
  /**
   * `full`: it cannot be remembered, so that nobody could tell when it is shown again.
   *
   * @param until seconds since 1970; always the same for the same proof
   */
  remember(jkt: string, jti: string, until: number): Remembered | Promise<Remembered>
}

/** In this process. A `jti` is its key's own: others may use the same. */
export function createDpopReplayCache(clock: () => number, most?: number): DpopReplayCache {
  const seen = new ReplayCache(clock, most)
  return { remember: (jkt, jti, until) => seen.remember(`${jkt}\n${jti}`, until, jkt) }
}

/**
 * In the store that several processes have in common: what was shown to one counts at none. One that does not answer remembers
 * nothing.
 */
export function sharedDpopReplayCache(store: SessionStore): DpopReplayCache {
  return {
    async remember(jkt, jti, until) {
      try {
        return await store.once(storeKey('proof', jkt, jti), until, jkt)
      } catch (error) {
        if (error instanceof StoreUnavailable) return 'full'
        throw error
      }
    },
  }
}
