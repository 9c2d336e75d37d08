export interface FairSlotsOptions {
  /** Pieces of work under way at a time. */
  readonly slots: number
  /** Pieces of work that wait, at most. */
  readonly waiting: number
  /** Milliseconds that one waits, at most. */
  readonly patience: number
}

interface Source {
  busy: number
  readonly queue: (() => void)[]
}

/**
 * Bounds work that others are asked for, and shares it among those who cause it. A source may use as many slots, and as many
 * places to wait, as it leaves free: one alone half of them, and another one that comes always finds some. Free slots go to the
 * sources in turn, however many pieces of work each has waiting.
 */
export class FairSlots {
  readonly #options: FairSlotsOptions
  /** In the order of their turns. Only those with work. */
  readonly #sources = new Map<string, Source>()
  #busy = 0
  #waiting = 0

  constructor(options: FairSlotsOptions) {
    this.#options = options
  }

  /** Returns what the work returns; null if there was no slot for it in time, and nothing was done. */
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

  /** Whether there was a slot in time. */
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

  /** Slots may be free for a source that has fewer, and not for one that has many. */
  #next(): void {
    for (const [name, source] of this.#sources) {
      if (this.#waiting === 0 || this.#busy >= this.#options.slots) return
      if (source.queue.length === 0 || !this.#mayStart(source)) continue
      // The last in turn from now on.
      this.#sources.delete(name)
      source.queue.shift()?.()
    }
  }

  #forget(name: string, { busy, queue }: Source): void {
    if (busy === 0 && queue.length === 0) this.#sources.delete(name)
  }
}
