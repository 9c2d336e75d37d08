import { Worker } from 'node:worker_threads'
import type { PolicyCode, Refusal } from '../../policy/index.ts'
import type { Checked, ToCheck } from './messages.ts'
import { CODE_CHECK_MARK } from './run-code-check.ts'

/** Milliseconds for which the thread waits for another bundle: policies change many times in a row, or not for days. */
const IDLE = 60_000

/** Milliseconds for looking: of the largest bundles that there may be it takes seconds. */
const PATIENCE = 60_000

/**
 * Looks at the code of bundles in a thread of its own, once for all workers: of a thousand rules that takes a tenth of a second, in which this process would take no connection, and a worker would answer
 * nobody.
 */
export class CodeCheck {
  #thread: Worker | null = null
  #idle: NodeJS.Timeout | undefined
  #last = 0
  readonly #waiting = new Map<number, (refusal: Refusal | null) => void>()

  /** Null: it has nothing but what the compiler emits. */
  refusal({ manifest, policy, validators }: PolicyCode): Promise<Refusal | null> {
    clearTimeout(this.#idle)
    this.#thread ??= this.#start()
    const id = ++this.#last
    const thread = this.#thread
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#giveUp(thread), PATIENCE).unref()
      this.#waiting.set(id, (refusal) => {
        clearTimeout(timer)
        resolve(refusal)
      })
      const message: ToCheck = { id, manifest, policy, validators }
      thread.postMessage(message)
    })
  }

  close(): void {
    clearTimeout(this.#idle)
    const thread = this.#thread
    if (thread === null) return
    this.#over(thread, 'it is ended')
    void thread.terminate()
  }

  #start(): Worker {
    const thread = new Worker(process.argv[1] as string, { workerData: CODE_CHECK_MARK, execArgv: [] })
    thread.unref()
    thread.on('message', ({ id, refusal }: Checked) => this.#settle(id, refusal))
    thread.on('error', (error: Error) => this.#over(thread, error.message))
    thread.on('exit', () => this.#over(thread, 'it has ended'))
    return thread
  }

  #settle(id: number, refusal: Refusal | null): void {
    this.#waiting.get(id)?.(refusal)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.close(), IDLE).unref()
  }

  #giveUp(thread: Worker): void {
    this.#over(thread, 'that takes too long')
    void thread.terminate()
  }

  /** What nobody has looked at does not run. */
  #over(thread: Worker, why: string): void {
    // What waits is for the one in its place.
    if (this.#thread !== thread) return
    this.#thread = null
    for (const [id, resolve] of this.#waiting) {
      this.#waiting.delete(id)
      resolve({ kind: 'refused', code: 'internal', message: `the code of the bundle could not be looked at: ${why}` })
    }
  }
}
