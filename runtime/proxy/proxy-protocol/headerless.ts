import type { Log } from '../../base/log.ts'

/** Milliseconds between two lines of the log about one listener. */
const QUIET = 60_000

/**
 * Tells of connections of trusted proxies that were cut because they did not say whose they are: a mistake of whoever has set one
 * up, who sees nothing of it there.
 */
export class Headerless {
  readonly #log: Log
  readonly #clock: () => number
  #said = Number.NEGATIVE_INFINITY
  #unsaid = 0

  constructor(log: Log, clock: () => number) {
    this.#log = log
    this.#clock = clock
  }

  tell(source: string | null): void {
    this.#unsaid++
    const now = this.#clock()
    if (now - this.#said < QUIET) return
    this.#log.error('a trusted proxy sends no header of the PROXY protocol in version 2', { source, connections: this.#unsaid })
    this.#said = now
    this.#unsaid = 0
  }
}
