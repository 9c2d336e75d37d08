import type { Dispatcher } from 'undici'
import type { Transport } from './transport.ts'
import { isOutOfDescriptors } from './upstream-failure.ts'

export interface StatusRequest {
  readonly path: string
  /** Request headers as a flat list of names and values. */
  readonly headers: string[]
  readonly servername: string
}

/**
 * Sends a GET request. Resolves with the status of the response once it is complete, or with an error, also if that takes
 * longer than `timeout` milliseconds. Never rejects.
 */
export function askStatus(transport: Transport, asked: StatusRequest, timeout: number): Promise<number | Error> {
  const options: Dispatcher.DispatchOptions & StatusRequest = { method: 'GET', ...asked }
  return new Promise((resolve) => {
    transport.dispatch(options, new StatusHandler(timeout, resolve))
  })
}

/** Implements undici's core callbacks; see `forwarding/forwarding.ts`. */
class StatusHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (found: number | Error) => void
  readonly #timer: NodeJS.Timeout
  #abort: (() => void) | null = null
  #status = 0
  #over = false

  constructor(timeout: number, resolve: (found: number | Error) => void) {
    this.#resolve = resolve
    this.#timer = setTimeout(() => {
      this.#end(new Error(`the service did not respond within ${timeout} ms: check that it runs`))
      this.#abort?.()
    }, timeout)
    this.#timer.unref()
  }

  onConnect(abort: () => void): void {
    this.#abort = abort
    // The connection took too long.
    if (this.#over) abort()
  }

  onHeaders(status: number): boolean {
    this.#status = status
    return true
  }

  onData(): boolean {
    return true
  }

  onComplete(): void {
    this.#end(this.#status)
  }

  onError(error: Error): void {
    this.#end(error)
  }

  #end(found: number | Error): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#timer)
    this.#resolve(found)
  }
}

/**
 * Returns whether a GET request gets a complete response with a 2xx status within `timeout` milliseconds. Resolves with `null`
 * if the request cannot be sent; never rejects.
 */
export async function probe(transport: Transport, path: string, timeout: number, servername: string): Promise<boolean | null> {
  const found = await askStatus(transport, { path, headers: ['user-agent', 'iap-health'], servername }, timeout)
  if (typeof found === 'number') return found >= 200 && found < 300
  return isOutOfDescriptors(found) ? null : false
}
