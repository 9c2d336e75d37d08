import type { WorkerProgress } from './messages.ts'

/** Milliseconds for which ends of connections are batched; balancing does not need them sooner. */
const GATHER = 20

/** Reports a worker's connections in batches. */
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

  /** Must be reported before the connection is read: until then, another worker can take it. */
  came(id: number): void {
    this.#came++
    this.sent(id)
  }

  /** All connections up to this one have arrived or are lost. */
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
