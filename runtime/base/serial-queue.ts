/** A queue that runs tasks one after the other. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()

  /**
   * Adds a task, which runs after all earlier ones. The result settles like the promise of the task. A failed task does not
   * affect later ones.
   */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => {})
    return turn
  }
}
