import { StoreUnavailable } from '../../../base/errors.ts'
import { type SessionStore, STORE_CALLS, type StoreCall } from '../../../identity/sessions/index.ts'
import type { FromWorker } from '../messages.ts'
import { PendingReplies } from './pending-replies.ts'

/** Milliseconds for a response; the supervisor is rarely busy. */
const PATIENCE = 5000
const LATE = Symbol('late')

/** The session store of a worker, which forwards calls to the supervisor's store. */
export class SessionsOverIpc {
  readonly store: SessionStore
  readonly #notify: (message: FromWorker) => void
  readonly #replies = new PendingReplies()
  readonly #listeners: ((keys: readonly string[]) => void)[] = []

  constructor(notify: (message: FromWorker) => void) {
    this.#notify = notify
    const calls = STORE_CALLS.map((call) => [call, (...args: readonly unknown[]) => this.#call(call, args)])
    this.store = {
      ...(Object.fromEntries(calls) as Pick<SessionStore, StoreCall>),
      onEnd: (listener) => void this.#listeners.push(listener),
      // A worker does not outlive its supervisor.
      hearing: () => 0,
      close: async () => {},
    }
  }

  stored(id: number, value: unknown): void {
    this.#replies.reply(id, value)
  }

  ended(keys: readonly string[]): void {
    for (const listener of this.#listeners) listener(keys)
  }

  async #call(call: StoreCall, args: readonly unknown[]): Promise<unknown> {
    const value = await this.#replies.ask(PATIENCE, LATE, (id) => this.#notify({ kind: 'store', id, call, args }))
    if (value === LATE) throw new StoreUnavailable('the supervisor did not answer in time')
    return value
  }
}
