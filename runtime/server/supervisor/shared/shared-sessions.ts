import { MemoryStore, newSecret, STORE_CALLS } from '../../../identity/sessions/index.ts'
import type { FromWorker, ToWorker } from '../messages.ts'

/**
 * A session store in memory, shared by the workers of all configurations, so that sign-in and sign-out take effect in all of
 * them. Contains only sealed texts.
 */
export class SharedSessions {
  /** Secret that seals logins, and sessions if no key is configured. */
  readonly secret = newSecret()
  readonly #store: MemoryStore

  /**
   * Creates an empty session store.
   *
   * @param onEnd notifies all workers of ended sessions, before the worker that ended them gets its reply
   */
  constructor(onEnd: (keys: readonly string[]) => void, clock: () => number = Date.now) {
    this.#store = new MemoryStore(clock)
    this.#store.onEnd(onEnd)
  }

  async answer({ id, call, args }: Extract<FromWorker, { kind: 'store' }>): Promise<Extract<ToWorker, { kind: 'stored' }>> {
    if (!STORE_CALLS.includes(call))
      throw new Error('a worker requested an unknown operation of the session store: restart the proxy')
    const value = await (this.#store[call] as (...args: readonly unknown[]) => Promise<unknown>)(...args)
    return { kind: 'stored', id, value }
  }

  close(): void {
    void this.#store.close()
  }
}
