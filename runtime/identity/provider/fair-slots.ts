export interface FairSlotsOptions {
  readonly slots: number
  readonly waiting: number
  /** Maximum time for which a task waits for a slot, in milliseconds. */
  readonly patience: number
}

interface Source {
  busy: number
  readonly queue: (() => void)[]
}

/**
 * A limit of concurrent tasks that shares its slots fairly among sources, such as client addresses. A source may take a slot only
 * while it has fewer than there are free slots, and likewise a place in the queue. A single source thus gets about half of them,
 * and others always find some. Free slots are assigned round-robin, however many tasks a source has queued.
 */
export class FairSlots {
  readonly #options: FairSlotsOptions
  /** In round-robin order; only sources with tasks. */
  readonly #sources = new Map<string, Source>()
  #busy = 0
  #waiting = 0

  constructor(options: FairSlotsOptions) {
    this.#options = options
  }

  /**
   * Runs a task for the source with a name, and returns its result. If no slot becomes free in time, returns `null` without
   * running the task.
   */
  async run<T>(name: string, work: () => Promise<T>): Promise<T | null> {
    const source = this.#sources.get(name) ?? { busy: 0, queue: [] }
    if (!this.#mayStart(source) || source.queue.length > 0) {
      if (!(await this.#wait(name, source))) return null
    } else this.#begin(name, source)
    try {
      return await work()
    } finally {
      source.busy--
      this.#busy--
      this.#forget(name, source)
      this.#next()
    }
  }

  #mayStart({ busy }: Source): boolean {
    return busy < this.#options.slots - this.#busy
  }

  #begin(name: string, source: Source): void {
    this.#sources.set(name, source)
    source.busy++
    this.#busy++
  }

  /** Whether a slot was free in time. */
  #wait(name: string, source: Source): Promise<boolean> {
    const { waiting, patience } = this.#options
    if (source.queue.length >= waiting - this.#waiting) return Promise.resolve(false)
    this.#sources.set(name, source)
    this.#waiting++
    return new Promise((resolve) => {
      const start = () => {
        clearTimeout(timer)
        this.#waiting--
        this.#begin(name, source)
        resolve(true)
      }
      const timer = setTimeout(() => {
        source.queue.splice(source.queue.indexOf(start), 1)
        this.#waiting--
        this.#forget(name, source)
        resolve(false)
      }, patience)
      source.queue.push(start)
    })
  }

  /** Slots may be free for a source that uses few, and not for one that uses many. */
  #next(): void {
    for (const [name, source] of this.#sources) {
      if (this.#waiting === 0 || this.#busy >= this.#options.slots) return
      if (source.queue.length === 0 || !this.#mayStart(source)) continue
      // Moves it to the end of the round.
      this.#sources.delete(name)
      source.queue.shift()?.()
    }
  }

  #forget(name: string, { busy, queue }: Source): void {
    if (busy === 0 && queue.length === 0) this.#sources.delete(name)
  }
}
