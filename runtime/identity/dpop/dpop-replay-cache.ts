import { StoreUnavailable } from '../../base/errors.ts'
import { type Remembered, ReplayCache, type SessionStore, storeKey } from '../sessions/index.ts'

/** Remembers proofs for as long as they are valid, to detect replays (RFC 9449, section 11.1). */
export interface DpopReplayCache {
  /**
   * Remembers a proof. `full`: there is no space, so a replay could not be detected.
   *
   * @param until seconds since 1970; always the same for the same proof
   */
  remember(jkt: string, jti: string, until: number): Remembered | Promise<Remembered>
}

/** Creates a cache in this process. A `jti` is scoped to its key; other keys may use the same value. */
export function createDpopReplayCache(clock: () => number, most?: number): DpopReplayCache {
  const seen = new ReplayCache(clock, most)
  return { remember: (jkt, jti, until) => seen.remember(`${jkt}\n${jti}`, until, jkt) }
}

/** In the shared session store: a proof seen by one process is refused by all. While the store is down, none is remembered. */
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
