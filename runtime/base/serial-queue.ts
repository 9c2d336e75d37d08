/** Runs tasks sequentially in order. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()

  /** Settles as the work does. A failure does not affect later tasks. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }
}
