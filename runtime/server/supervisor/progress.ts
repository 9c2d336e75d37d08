import type { WorkerProgress } from './messages.ts'

/** Milliseconds for which ends of connections are batched; balancing does not need them sooner. */
const GATHER = 20

/** Reports a worker's accepted and closed connections to the supervisor, in batches. */
export class Progress {
  readonly #notify: (told: WorkerProgress) => void
  #taken = 0
  #came = 0
  #closed = 0
  #soon = false
  #later: NodeJS.Timeout | null = null

  constructor(notify: (told: WorkerProgress) => void) {
    this.#notify = notify
  }

  /**
   * Reports that a connection has arrived. Must be called before the connection is read, because the supervisor may pass it to
   * another worker until it gets the report.
   */
  came(id: number): void {
    this.#came++
    this.sent(id)
  }

  /**
   * Reports that all connections with IDs up to `id` have arrived in this worker or are lost, so that the supervisor can drop its
   * copies of them.
   */
  sent(id: number): void {
    this.#taken = Math.max(this.#taken, id)
    if (this.#soon) return
    this.#soon = true
    setImmediate(() => this.#flush())
  }

  closed(): void {
    this.#closed++
    this.#later ??= setTimeout(() => this.#flush(), GATHER)
  }

  #flush(): void {
    if (this.#later !== null) clearTimeout(this.#later)
    this.#later = null
    this.#soon = false
    this.#notify({ taken: this.#taken, came: this.#came, closed: this.#closed })
    this.#came = 0
    this.#closed = 0
  }
}
