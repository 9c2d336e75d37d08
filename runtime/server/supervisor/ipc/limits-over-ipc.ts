import type { Buckets, Room, Wanted } from '../../../proxy/rate-limits/index.ts'
import type { FromWorker } from '../messages.ts'

/** Milliseconds for an answer: there is a client that waits for it, and the supervisor hardly does anything else. */
const PATIENCE = 2000

interface Asked {
  readonly wanted: readonly Wanted[]
  resolve(rooms: readonly Room[]): void
  reject(error: Error): void
}

/**
 * The supervisor's buckets, as a worker sees them. What is asked in one turn is one message, and so is the answer: a message
 * costs more than what is in it.
 */
export class LimitsOverIpc implements Buckets {
  readonly #tell: (message: FromWorker) => void
  readonly #waiting = new Map<number, { readonly asked: readonly Asked[]; readonly timer: NodeJS.Timeout }>()
  #next: Asked[] | null = null
  #last = 0

  constructor(tell: (message: FromWorker) => void) {
    this.#tell = tell
  }

  take(wanted: readonly Wanted[]): Promise<readonly Room[]> {
    return new Promise((resolve, reject) => {
      if (this.#next === null) {
        this.#next = []
        setImmediate(() => this.#send())
      }
      this.#next.push({ wanted, resolve, reject })
    })
  }

  limited(id: number, rooms: readonly (readonly Room[])[]): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    clearTimeout(waiting.timer)
    for (const [at, { resolve }] of waiting.asked.entries()) resolve(rooms[at] as readonly Room[])
  }

  #send(): void {
    const asked = this.#next ?? []
    this.#next = null
    const id = ++this.#last
    const timer = setTimeout(() => {
      this.#waiting.delete(id)
      for (const { reject } of asked) reject(new Error('the supervisor does not answer in time'))
    }, PATIENCE)
    this.#waiting.set(id, { asked, timer })
    this.#tell({ kind: 'limit', id, wanted: asked.map(({ wanted }) => wanted) })
  }
}
