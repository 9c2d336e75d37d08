import type { Dispatcher } from 'undici'
import type { Transport } from './transport.ts'
import { isOutOfDescriptors } from './upstream-failure.ts'

export interface StatusRequest {
  readonly path: string
  /** Name, value, name, value … */
  readonly headers: string[]
  /** The host of the origin: connections are kept by it. */
  readonly servername: string
}

/** The status of an answer to a GET that came to its end within so many milliseconds, or why there is none. Never rejects. */
export function askStatus(transport: Transport, asked: StatusRequest, timeout: number): Promise<number | Error> {
  const options: Dispatcher.DispatchOptions & StatusRequest = { method: 'GET', ...asked }
  return new Promise((resolve) => {
    transport.dispatch(options, new StatusHandler(timeout, resolve))
  })
}

/** Of what undici's core calls; see `forwarding/forwarding.ts`. */
class StatusHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (found: number | Error) => void
  readonly #timer: NodeJS.Timeout
  #abort: (() => void) | null = null
  #status = 0
  #over = false

  constructor(timeout: number, resolve: (found: number | Error) => void) {
    this.#resolve = resolve
    this.#timer = setTimeout(() => {
      this.#end(new Error(`no answer after ${timeout} ms`))
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

/** Whether an address answers a GET with 2xx, to its end, in so many milliseconds; null: it could not be asked. Never rejects. */
export async function probe(transport: Transport, path: string, timeout: number, servername: string): Promise<boolean | null> {
  const found = await askStatus(transport, { path, headers: ['user-agent', 'iap-health'], servername }, timeout)
  if (typeof found === 'number') return found >= 200 && found < 300
  return isOutOfDescriptors(found) ? null : false
}
