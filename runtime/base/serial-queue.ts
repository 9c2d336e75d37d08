/** What must not overlap, one after the other in the order in which it was asked for. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()

  /** Settled as the work is. One that fails does not keep the next one from its turn. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }
}
