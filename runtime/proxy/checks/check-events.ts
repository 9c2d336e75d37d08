type Listener = (...values: never[]) => void

interface Entry {
  readonly event: string
  readonly listener: Listener
  readonly isOnce: boolean
}

/**
 * The listeners of a check's parts, with the methods of Node's `EventEmitter` that the pipeline uses. A part has one or two
 * listeners, and each check has three parts, so that the set-up of emitters would cost more than the events.
 */
export class CheckEvents {
  /** Replaced when it changes, so that listeners may be added and removed during an event. */
  #entries: readonly Entry[] = NONE

  on(event: string, listener: Listener): this {
    this.#entries = [...this.#entries, { event, listener, isOnce: false }]
    return this
  }

  once(event: string, listener: Listener): this {
    this.#entries = [...this.#entries, { event, listener, isOnce: true }]
    return this
  }

  off(event: string, listener: Listener): this {
    const at = this.#entries.findLastIndex((entry) => entry.event === event && entry.listener === listener)
    if (at !== -1) this.#entries = this.#entries.toSpliced(at, 1)
    return this
  }

  emit(event: string, ...values: unknown[]): void {
    for (const entry of this.#entries) {
      if (entry.event !== event) continue
      if (entry.isOnce) this.#entries = this.#entries.filter((one) => one !== entry)
      ;(entry.listener as (...values: unknown[]) => void)(...values)
    }
  }
}

const NONE: readonly Entry[] = []
