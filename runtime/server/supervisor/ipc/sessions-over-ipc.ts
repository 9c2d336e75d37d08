import { StoreUnavailable } from '../../../base/errors.ts'
import type { Life, Remembered, SessionStore, StoreCall } from '../../../identity/sessions/index.ts'
import type { FromWorker } from '../messages.ts'

/** Milliseconds for an answer. The supervisor hardly does anything else. */
const PATIENCE = 5000

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
  readonly timer: NodeJS.Timeout
}

/** The supervisor's memory, as a worker sees it. */
export class SessionsOverIpc implements SessionStore {
  readonly #tell: (message: FromWorker) => void
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners: ((keys: readonly string[]) => void)[] = []
  #last = 0

  constructor(tell: (message: FromWorker) => void) {
    this.#tell = tell
  }

  get(key: string): Promise<string | null> {
    return this.#call('get', key)
  }

  put(key: string, value: string, life: Life): Promise<boolean> {
    return this.#call('put', key, value, life)
  }

  replace(key: string, before: string, after: string): Promise<boolean> {
    return this.#call('replace', key, before, after)
  }

  take(key: string): Promise<string | null> {
    return this.#call('take', key)
  }

  add(key: string, value: string, ms: number): Promise<boolean> {
    return this.#call('add', key, value, ms)
  }

  once(key: string, until: number, owner: string): Promise<Remembered> {
    return this.#call('once', key, until, owner)
  }

  renew(key: string, value: string, ms: number): Promise<boolean> {
    return this.#call('renew', key, value, ms)
  }

  release(key: string, value: string): Promise<void> {
    return this.#call('release', key, value)
  }

  end(keys: readonly string[]): Promise<void> {
    return this.#call('end', keys)
  }

  endTagged(tag: string): Promise<readonly string[]> {
    return this.#call('endTagged', tag)
  }

  onEnd(listener: (keys: readonly string[]) => void): void {
    this.#listeners.push(listener)
  }

  /** A worker does not outlive its supervisor. */
  hearing(): number {
    return 0
  }

  async close(): Promise<void> {}

  stored(id: number, value: unknown): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    clearTimeout(waiting.timer)
    waiting.resolve(value)
  }

  ended(keys: readonly string[]): void {
    for (const listener of this.#listeners) listener(keys)
  }

  #call<T>(call: StoreCall, ...args: readonly unknown[]): Promise<T> {
    const id = ++this.#last
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        reject(new StoreUnavailable('the supervisor does not answer in time'))
      }, PATIENCE)
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, timer })
      this.#tell({ kind: 'store', id, call, args })
    })
  }
}
