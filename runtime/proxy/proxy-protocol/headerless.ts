import type { Log } from '../../base/log.ts'

/** Milliseconds between two log lines about one listener. */
const QUIET = 60_000

/**
 * Logs connections of trusted proxies that were closed because they did not begin with a PROXY protocol header. Those proxies
 * are misconfigured and cannot detect it themselves.
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
