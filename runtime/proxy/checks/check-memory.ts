import type { Limits, ProxyContext } from '../proxy-context.ts'

/** The part of `limits.memory` for the messages and bodies of checks: one eighth. */
const PART = 8

/** Bytes of a check besides the body. */
const MAX_ATTRIBUTES = 1_048_576
/** The default of gRPC. */
const MIN_MESSAGE = 4_194_304

/** Bytes of a check with an ordinary head and no body. Longer ones leave a quarter of the memory to these. */
const SHORT = 65_536
const PART_OF_LONG = 0.75

/** Returns the maximum bytes of a check in one message, which has a body of `limits.body` bytes. */
export function longestCheck({ body }: Pick<Limits, 'body'>): number {
  return Math.max(MIN_MESSAGE, body + MAX_ATTRIBUTES)
}

/**
 * The memory for checks that are received or decided, of all connections and listeners of a process. Overload is measured once a
 * second, in which the connections of asking proxies can bring more than the process may hold.
 */
export class CheckMemory {
  readonly #proxy: Pick<ProxyContext, 'counts' | 'overload'>
  readonly #all: number

  constructor({ counts, overload, limits }: Pick<ProxyContext, 'counts' | 'overload' | 'limits'>) {
    this.#proxy = { counts, overload }
    this.#all = Math.max(limits.memory / PART, 2 * longestCheck(limits))
  }

  /**
   * Takes memory for a check, which `free` gives back. Returns whether there is enough.
   *
   * @param isLong whether the check has a body, or is longer than others without one
   */
  take(bytes: number, isLong = bytes > SHORT): boolean {
    const { counts, overload } = this.#proxy
    // An overloaded process answers short ones, with 503 and a record.
    if (isLong && overload.reason === 'memory') return false
    if (counts.checkBytes + bytes > (isLong ? this.#all * PART_OF_LONG : this.#all)) return false
    counts.checkBytes += bytes
    return true
  }

  free(bytes: number): void {
    this.#proxy.counts.checkBytes -= bytes
  }
}
