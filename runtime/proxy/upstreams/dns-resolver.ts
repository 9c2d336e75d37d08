import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'

/** Resolves a host name to all its IP addresses. Rejects if there are none. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>

/** Resolves host names as other programs on the machine do: by `/etc/hosts`, then DNS. */
export const systemResolve: Resolve = (name) => lookup(name, { all: true })

export interface DnsResolverOptions {
  readonly resolve: Resolve
  /** Milliseconds from the result of one lookup to the start of the next. */
  readonly interval: number
  /** Called with the IP addresses that a lookup has found; never with an empty list. */
  onAddresses(found: readonly LookupAddress[]): void
  /** Called with a message when a lookup fails, but only for the first failure in a row. */
  onFailure(message: string): void
}

/** Resolves a host name periodically in the background. After a failed lookup, the previous addresses stay in use. */
export class DnsResolver {
  readonly #name: string
  readonly #options: DnsResolverOptions
  #failing = false
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(name: string, options: DnsResolverOptions) {
    this.#name = name
    this.#options = options
    void this.#round()
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  async #round(): Promise<void> {
    const { resolve, interval, onAddresses, onFailure } = this.#options
    let failure: string | null = null
    let found: readonly LookupAddress[] = []
    try {
      found = await resolve(this.#name)
      if (found.length === 0) failure = 'it has no address'
    } catch (error) {
      failure = (error as Error).message
    }
    if (this.#closed) return
    if (failure === null) onAddresses(found)
    else if (!this.#failing) onFailure(failure)
    this.#failing = failure !== null
    this.#timer = setTimeout(() => void this.#round(), interval)
    this.#timer.unref()
  }
}
