import { MemoryStore, newSecret, STORE_CALLS } from '../../../identity/sessions/index.ts'
import type { FromWorker, ToWorker } from '../messages.ts'

/**
 * The one memory of sessions, for all workers of this and of later configurations: what one worker is told of a login, or of its
 * end, counts for all. It holds sealed texts and does not open them.
 */
export class SharedSessions {
  /** What workers seal logins with, and sessions where the configuration names no key. */
  readonly secret = newSecret()
  readonly #store: MemoryStore

  /** @param onEnd tells all workers. What a worker is answered after that comes after it. */
  constructor(onEnd: (keys: readonly string[]) => void, clock: () => number = Date.now) {
    this.#store = new MemoryStore(clock)
    this.#store.onEnd(onEnd)
  }

  async answer({ id, call, args }: Extract<FromWorker, { kind: 'store' }>): Promise<Extract<ToWorker, { kind: 'stored' }>> {
    if (!STORE_CALLS.includes(call)) throw new Error('a worker asks for what no store does')
    const value = await (this.#store[call] as (...args: readonly unknown[]) => Promise<unknown>)(...args)
    return { kind: 'stored', id, value }
  }

  close(): void {
    void this.#store.close()
  }
}
