import { MemoryStore, newSecret, STORE_CALLS } from '../../../identity/sessions/index.ts'
import type { FromWorker, ToWorker } from '../messages.ts'

/** Session memory shared by workers and configurations: sign-ins and sign-outs apply to all. Holds sealed texts only. */
export class SharedSessions {
  /** Seals logins of workers, and sessions if no key is configured. */
  readonly secret = newSecret()
  readonly #store: MemoryStore

  /** @param onEnd notifies all workers, before the calling worker gets its response */
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
