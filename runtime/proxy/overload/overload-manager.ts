import { getHeapStatistics } from 'node:v8'
import type { Log } from '../../base/log.ts'
import { residentMemory } from '../../base/resident-memory.ts'

/** Why a worker refuses requests that it could decide: `spec/language/failures.md`, `overloaded`. */
export type OverloadReason = 'lag' | 'memory'

export interface OverloadManagerOptions {
  readonly log: Log
  /** Milliseconds. */
  readonly lag: number
  /** Bytes of resident memory. */
  readonly memory: number
  /** Called once. */
  readonly onFull: () => void
  /** What the process holds; other figures for tests. */
  readonly look?: () => Memory
}

export interface Memory {
  readonly resident: number
  /** Of V8's heap, the part that is used: at 1 the process dies. */
  readonly heap: number
}

/** Milliseconds. */
const TICK = 100
/** Looking at memory costs more than looking at the clock. */
const TICKS_PER_LOOK = 10
/** Ticks in a row that are late before requests are refused: a bundle that is loaded is one. */
const LATE = 2
/** Ticks in a row that are in time again. */
const CALM = 5
/** Of the heap, when requests are refused, are not any more, and another process has to take over. */
const HEAP = { most: 0.85, calm: 0.75, full: 0.95 }
/** Of the memory it may have: the same. */
const RESIDENT = { most: 1, calm: 0.9, full: 1.25 }
/** Milliseconds of refusing for want of memory after which a new process takes over: freed memory is not always given back. */
const MEMORY_TIMEOUT = 60_000

/**
 * Sees to it that a process refuses requests before it breaks down under them: whoever is told at once to come again does so
 * elsewhere, or later, and those that are under way end. It begins at one mark and ends at a lower one.
 */
export class OverloadManager {
  /** Null: all is well. */
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

  /** The greatest lag since this was asked last, in milliseconds. */
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
