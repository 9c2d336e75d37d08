import type { WorkerProgress } from './messages.ts'

/** Milliseconds for which ends of connections are gathered: which worker has the fewest need not be known sooner. */
const GATHER = 20

/** What a worker tells of its connections, many in one message. */
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

  /** Told before anything is read from it: until it is told, another worker can take it. */
  came(id: number): void {
    this.#came++
    this.sent(id)
  }

  /** Whatever has been sent up to this one has come by now, or never will. */
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
