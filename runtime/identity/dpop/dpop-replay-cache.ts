import { StoreUnavailable } from '../../base/errors.ts'
import { type Remembered, ReplayCache, type SessionStore, storeKey } from '../sessions/index.ts'

/** A cache of used DPoP proofs, which detects replays while a proof is valid (RFC 9449, section 11.1). */
export interface DpopReplayCache {
  /**
   * Marks a proof as used. Returns `full` if there is no space left, because a replay could then not be detected.
   *
   * @param until end of the proof's validity in seconds since 1970, which must be the same whenever the same proof is presented
   */
  remember(jkt: string, jti: string, until: number): Remembered | Promise<Remembered>
}

/**
 * Creates a cache of used DPoP proofs in this process. A `jti` identifies a proof only together with its key, so other keys may
 * use the same value.
 */
export function createDpopReplayCache(clock: () => number, most?: number): DpopReplayCache {
  const seen = new ReplayCache(clock, most)
  return { remember: (jkt, jti, until) => seen.remember(`${jkt}\n${jti}`, until, jkt) }
}

/**
 * Creates a cache of used DPoP proofs in the shared session store, so that all processes refuse a proof that one has seen. If the
 * store is unavailable, `remember` returns `full`.
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
