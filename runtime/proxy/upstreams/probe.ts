import type { Dispatcher } from 'undici'
import { isOutOfDescriptors } from '../upstream-failure.ts'
import type { Transport } from './transport.ts'

/** Whether an address answers a GET with 2xx, to its end, in so many milliseconds; null: it could not be asked. Never rejects. */
export function probe(transport: Transport, path: string, timeout: number, servername: string): Promise<boolean | null> {
  return new Promise((resolve) => {
    const options: Dispatcher.DispatchOptions & { readonly servername: string } = {
      path,
      method: 'GET',
      headers: ['user-agent', 'iap-health'],
      servername,
    }
    transport.dispatch(options, new Probe(timeout, resolve))
  })
}

/** Of what undici's core calls; see `forwarding.ts`. */
class Probe implements Dispatcher.DispatchHandler {
  readonly #resolve: (well: boolean | null) => void
  readonly #timer: NodeJS.Timeout
  #abort: (() => void) | null = null
  #status = 0
  #over = false

  constructor(timeout: number, resolve: (well: boolean | null) => void) {
    this.#resolve = resolve
    this.#timer = setTimeout(() => {
      this.#end(false)
      this.#abort?.()
    }, timeout)
    this.#timer.unref()
  }

  onConnect(abort: () => void): void {
    this.#abort = abort
    // It took too long to connect.
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
    this.#end(this.#status >= 200 && this.#status < 300)
  }

  onError(error: Error): void {
    this.#end(isOutOfDescriptors(error) ? null : false)
  }

  #end(well: boolean | null): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#timer)
    this.#resolve(well)
  }
}
