import { settledWithin } from '../../../base/waiting.ts'

/** Questions to another process that wait for their replies, each by an id of its own. */
export class PendingReplies {
  readonly #waiting = new Map<number, (reply: unknown) => void>()
  #last = 0

  /**
   * Returns the reply, or `late` if it does not come in time.
   *
   * @param patience milliseconds
   * @param send sends the question under this id
   */
  async ask<T, L>(patience: number, late: L, send: (id: number) => void): Promise<T | L> {
    const id = ++this.#last
    const reply = new Promise<unknown>((resolve) => this.#waiting.set(id, resolve))
    send(id)
    const answer = await settledWithin(reply, patience, late)
    this.#waiting.delete(id)
    return answer as T | L
  }

  /** The reply to a question. One that comes too late is nobody's. */
  reply(id: number, reply: unknown): void {
    this.#waiting.get(id)?.(reply)
  }

  /** No reply will come any more. */
  end(): void {
    for (const resolve of this.#waiting.values()) resolve(null)
  }
}
