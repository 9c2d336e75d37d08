import type { ProxyContext } from '../proxy-context.ts'

/** A warning that others can cause at will. It is logged at most once a minute, with the number of times since. */
export class RareWarning {
  readonly #proxy: Pick<ProxyContext, 'log' | 'clock'>
  readonly #message: string
  #toldAt = Number.NEGATIVE_INFINITY
  #count = 0

  constructor(proxy: Pick<ProxyContext, 'log' | 'clock'>, message: string) {
    this.#proxy = proxy
    this.#message = message
  }

  report(fields: Readonly<Record<string, string | number | null>>): void {
    this.#count++
    const now = this.#proxy.clock()
    if (now - this.#toldAt < MINUTE) return
    this.#proxy.log.warn(this.#message, { ...fields, count: this.#count })
    this.#toldAt = now
    this.#count = 0
  }
}

const MINUTE = 60_000
