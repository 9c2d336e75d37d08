/** Milliseconds for which ends of connections are gathered: which worker has the fewest need not be known sooner. */
const GATHER = 20

/** What a worker tells of its connections, many in one message. */
export class Progress {
  readonly #tell: (taken: number, closed: number) => void
  #taken = 0
  #closed = 0
  #soon = false
  #later: NodeJS.Timeout | null = null

  constructor(tell: (taken: number, closed: number) => void) {
    this.#tell = tell
  }

  /** Told before anything is read from it: until it is told, another worker can take it. */
  took(id: number): void {
    this.#taken = id
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
    const closed = this.#closed
    this.#closed = 0
    this.#tell(this.#taken, closed)
  }
}
