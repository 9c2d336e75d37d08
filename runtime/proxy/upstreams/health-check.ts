import type { HealthConfig } from './upstream-config.ts'

/**
 * Checks an address periodically. The address counts as healthy until the first result, which decides at once. Later changes
 * need several equal results in a row.
 */
export class HealthCheck {
  readonly #config: HealthConfig
  readonly #ask: () => Promise<boolean | null>
  readonly #tell: (healthy: boolean) => void
  #healthy = true
  /** Opposite results in a row. */
  #others = 0
  #asked = false
  #timer: NodeJS.Timeout | null = null
  #closed = false

  /**
   * Starts to check an address, at once and then periodically until `close` is called.
   *
   * @param ask performs a check; resolves with `null` if it has no result, and must not reject
   * @param tell called when the health changes
   */
  constructor(config: HealthConfig, ask: () => Promise<boolean | null>, tell: (healthy: boolean) => void) {
    this.#config = config
    this.#ask = ask
    this.#tell = tell
    void this.#round()
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  async #round(): Promise<void> {
    const well = await this.#ask()
    if (this.#closed) return
    if (well !== null) this.#hear(well)
    this.#timer = setTimeout(() => void this.#round(), this.#config.interval)
    this.#timer.unref()
  }

  #hear(well: boolean): void {
    const { healthy, unhealthy } = this.#config
    const needed = !this.#asked ? 1 : well ? healthy : unhealthy
    this.#asked = true
    this.#others = well === this.#healthy ? 0 : this.#others + 1
    if (this.#others < needed) return
    this.#others = 0
    this.#healthy = well
    this.#tell(well)
  }
}
