import { settledWithin } from '../../../base/waiting.ts'

/** Requests to another process that wait for a reply. IDs match replies to requests. */
export class PendingReplies {
  readonly #waiting = new Map<number, (reply: unknown) => void>()
  #last = 0

  /**
   * Sends a request. Resolves with the reply, or with `late` if there is none in time.
   *
   * @param patience maximum time in milliseconds
   * @param send sends the request with this ID
   */
  async ask<T, L>(patience: number, late: L, send: (id: number) => void): Promise<T | L> {
    const id = ++this.#last
    const reply = new Promise<unknown>((resolve) => this.#waiting.set(id, resolve))
    try {
      send(id)
      return (await settledWithin(reply, patience, late)) as T | L
    } finally {
      this.#waiting.delete(id)
    }
  }

  reply(id: number, reply: unknown): void {
    this.#waiting.get(id)?.(reply)
  }

  /** Resolves all waiting requests with `null`, because there will be no more replies. */
  end(): void {
    for (const resolve of this.#waiting.values()) resolve(null)
  }
}
