import { getHeapStatistics } from 'node:v8'
import type { Log } from '../../base/log.ts'
import { residentMemory } from '../../base/resident-memory.ts'

/**
 * The resource that a worker lacks when it refuses requests because of overload: event loop time or memory. See `overloaded` in
 * `spec/language/failures.md`.
 */
export type OverloadReason = 'lag' | 'memory'

export interface OverloadManagerOptions {
  readonly log: Log
  readonly lag: number
  /** Maximum resident memory of the process in bytes, beyond which requests are refused. */
  readonly memory: number
  readonly onFull: () => void
  /** Returns the current memory use. Default: measures this process. */
  readonly look?: () => Memory
}

export interface Memory {
  readonly resident: number
  /** Used share of V8's heap, from 0 to 1; at 1 the process crashes. */
  readonly heap: number
}

const TICK = 100
/** Reading memory use costs more than reading the clock. */
const TICKS_PER_LOOK = 10
/** Late ticks in a row before requests are refused; loading a bundle causes one. */
const LATE = 2
/** Ticks in time in a row before requests are accepted again. */
const CALM = 5
/** Shares of the heap: to start refusing, to stop, and for another process to take over. */
const HEAP = { most: 0.85, calm: 0.75, full: 0.95 }
/** The same for resident memory. */
const RESIDENT = { most: 1, calm: 0.9, full: 1.25 }
/** Milliseconds of refusing for lack of memory before a new process takes over, as freed memory is not always returned. */
const MEMORY_TIMEOUT = 60_000

/**
 * Makes a worker refuse new requests before it fails for lack of event loop time or memory. Clients can retry refused requests,
 * and current ones complete. Hysteresis prevents frequent changes.
 */
export class OverloadManager {
  /** The reason for which requests are refused; `null` while they are accepted. */
  reason: OverloadReason | null = null
  readonly #options: OverloadManagerOptions
  #timer: NodeJS.Timeout | null = null
  #expected = 0
  #ticks = 0
  #late = 0
  #calm = 0
  #longest = 0
  #memorySince: number | null = null
  #isFull = false

  constructor(options: OverloadManagerOptions) {
    this.#options = options
  }

  start(): void {
    this.#expected = performance.now() + TICK
    this.#timer = setInterval(() => this.#tick(performance.now()), TICK).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  /** Returns the greatest event loop delay since the previous call, in milliseconds. */
  longest(): number {
    const longest = this.#longest
    this.#longest = 0
    return longest
  }

  #tick(now: number): void {
    const lag = Math.max(0, now - this.#expected)
    this.#expected = now + TICK
    this.#longest = Math.max(this.#longest, lag)
    this.#watchLag(lag)
    if (this.#ticks++ % TICKS_PER_LOOK === 0) this.#watchMemory(now)
    this.#settle()
  }

  #watchLag(lag: number): void {
    const { lag: most } = this.#options
    this.#late = lag >= most ? this.#late + 1 : 0
    this.#calm = lag < most / 2 ? this.#calm + 1 : 0
  }

  #watchMemory(now: number): void {
    const { memory, look = lookAtMemory } = this.#options
    const { resident, heap } = look()
    const share = resident / memory
    if (share >= RESIDENT.most || heap >= HEAP.most) this.#memorySince ??= now
    else if (share < RESIDENT.calm && heap < HEAP.calm) this.#memorySince = null
    const long = this.#memorySince !== null && now - this.#memorySince >= MEMORY_TIMEOUT
    if ((share >= RESIDENT.full || heap >= HEAP.full || long) && !this.#isFull) {
      this.#isFull = true
      this.#options.log.warn('it holds too much memory', { resident, heap: Math.round(heap * 100) / 100 })
      this.#options.onFull()
    }
  }

  #settle(): void {
    const before = this.reason
    const isLate = this.#late >= LATE || (before === 'lag' && this.#calm < CALM)
    this.reason = this.#memorySince !== null ? 'memory' : isLate ? 'lag' : null
    if (this.reason === before) return
    const { log } = this.#options
    if (this.reason === null) log.info('requests are taken again')
    else log.warn('requests are refused until it is better', { reason: this.reason })
  }
}

function lookAtMemory(): Memory {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
  return { resident: residentMemory(), heap: used / limit }
}
