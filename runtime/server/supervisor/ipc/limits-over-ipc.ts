import type { Buckets, Room, Wanted } from '../../../proxy/rate-limits/index.ts'
import type { FromWorker } from '../messages.ts'
import { PendingReplies } from './pending-replies.ts'

/** Milliseconds for a response: a client waits, and the supervisor is rarely busy. */
const PATIENCE = 2000

interface Asked {
  readonly wanted: readonly Wanted[]
  resolve(rooms: readonly Room[]): void
  reject(error: Error): void
}

/**
 * The store of rate limits of a worker, which forwards calls to the supervisor. Calls within a turn of the event loop share a
 * message, because messages cost more than their content.
 */
export class LimitsOverIpc implements Buckets {
  readonly #notify: (message: FromWorker) => void
  readonly #replies = new PendingReplies()
  #next: Asked[] | null = null

  constructor(notify: (message: FromWorker) => void) {
    this.#notify = notify
  }

  take(wanted: readonly Wanted[]): Promise<readonly Room[]> {
    return new Promise((resolve, reject) => {
      if (this.#next === null) {
        this.#next = []
        setImmediate(() => void this.#send())
      }
      this.#next.push({ wanted, resolve, reject })
    })
  }

  limited(id: number, rooms: readonly (readonly Room[])[]): void {
    this.#replies.reply(id, rooms)
  }

  async #send(): Promise<void> {
    const asked = this.#next ?? []
    this.#next = null
    const rooms = await this.#replies.ask<readonly (readonly Room[])[], null>(PATIENCE, null, (id) =>
      this.#notify({ kind: 'limit', id, wanted: asked.map(({ wanted }) => wanted) }),
    )
    for (const [at, { resolve, reject }] of asked.entries())
      if (rooms === null)
        reject(new Error(`the supervisor did not answer a worker within ${PATIENCE} ms: check the load of the machine`))
      else resolve(rooms[at] as readonly Room[])
  }
}
