import type { Log } from '../log.ts'
import { type LineTarget, WriteError } from './line-target.ts'
import type { WhenFull } from './sink-config.ts'

export interface SinkOptions {
  /** Bytes that may wait for the target before the sink counts as full. */
  readonly capacity?: number
  /** Bytes from which on lines are dropped; `capacity` where left out. */
  readonly limit?: number
  /** Milliseconds for which lines are gathered into one write. */
  readonly gather?: number
  /** Milliseconds before a target that failed is tried again. */
  readonly retry?: number
  /** Left out: requests wait. */
  readonly whenFull?: WhenFull
}

const END = 0x0a

/** Bytes of a buffer that lines are gathered in. */
const CHUNK = 1 << 18

/**
 * Lines on their way to a target, in order, many in one write. What the target did not take waits for the next try; a line that
 * comes when `limit` bytes wait is dropped and counted.
 */
export class AuditSink {
  /** Nobody waits for it: its records are lost when it is full. */
  readonly drops: boolean
  readonly #target: LineTarget
  readonly #log: Log
  readonly #capacity: number
  readonly #limit: number
  readonly #gather: number
  readonly #retry: number
  /** What waits, in order: those that are full, then so much of the open one. */
  readonly #full: Buffer[] = []
  #open = Buffer.allocUnsafeSlow(CHUNK)
  #used = 0
  /** Takes turns with it: while one is written, the other is filled. */
  #other = Buffer.allocUnsafeSlow(CHUNK)
  #waitingBytes = 0
  #writing: Promise<void> | null = null
  #failing = false
  #reopen = false
  #closing = false
  /** The proxy ends, and the target has failed: nothing more is tried. */
  #givenUp = false
  /** Records that were given up. */
  #lost = 0
  /** Ends the time for which a target that failed is left alone. */
  #wake: (() => void) | null = null
  readonly #room = new Set<() => void>()
  #dropped = 0

  constructor(target: LineTarget, log: Log, options: SinkOptions = {}) {
    this.#target = target
    this.#log = log
    this.#capacity = options.capacity ?? 8 << 20
    this.#limit = options.limit ?? this.#capacity
    this.#gather = target.gather ?? options.gather ?? 20
    this.#retry = options.retry ?? 1000
    this.drops = options.whenFull === 'drop'
  }

  get isFull(): boolean {
    return this.#waitingBytes >= this.#capacity
  }

  get dropped(): number {
    return this.#dropped + this.#lost + (this.#target.refused ?? 0)
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  write(line: string): void {
    if (this.#waitingBytes >= this.#limit) {
      this.#dropped++
      return
    }
    // At once, while the line, which is of many parts, is near the processor. A unit of UTF-16 takes up to three bytes.
    if (3 * line.length > this.#open.length - this.#used) this.#begin(3 * line.length)
    const bytes = this.#open.write(line, this.#used)
    this.#used += bytes
    this.#waitingBytes += bytes
    this.#writing ??= this.#drain()
  }

  #begin(least: number): void {
    if (this.#used > 0) this.#full.push(this.#open.subarray(0, this.#used))
    this.#open = Buffer.allocUnsafeSlow(Math.max(CHUNK, least))
    this.#used = 0
  }

  /** What comes from now on is not of it. Not before what was taken is written. */
  #take(): Buffer {
    const full = this.#full.shift()
    if (full !== undefined) return full
    const batch = this.#open.subarray(0, this.#used)
    const filled = this.#open
    this.#open = this.#other
    this.#other = filled
    this.#used = 0
    return batch
  }

  /** Settled when there is room, or after `patience` milliseconds: whoever gave up waiting is not kept. */
  room(patience: number): Promise<void> {
    if (!this.isFull) return Promise.resolve()
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer)
        this.#room.delete(settle)
        resolve()
      }
      const timer = setTimeout(settle, patience)
      this.#room.add(settle)
    })
  }

  /** Requests that wait for room. */
  get waiting(): number {
    return this.#room.size
  }

  /** Before the next line that is written. */
  reopen(): void {
    this.#reopen = true
    this.#writing ??= this.#drain()
  }

  /** Settled when everything was written, or could not be. */
  async close(): Promise<void> {
    this.#closing = true
    this.#wake?.()
    await this.#writing
    if (this.#lost > 0)
      this.#log.error(`audit records for ${this.#target.name} are lost: it cannot be written to`, { records: this.#lost })
    await this.#target.close()
  }

  async #drain(): Promise<void> {
    while (this.#full.length > 0 || this.#used > 0 || this.#reopen) {
      // A write costs as much as the rest of what is done for a record; under load, hundreds share one.
      if (this.#full.length === 0 && !this.#closing) await new Promise((resolve) => setTimeout(resolve, this.#gather))
      const batch = this.#take()
      const size = batch.length
      await this.#deliver(batch)
      this.#waitingBytes -= size
      for (const settle of this.#room) settle()
    }
    this.#writing = null
  }

  /** Or gives it up, since the proxy ends. */
  async #deliver(batch: Buffer): Promise<void> {
    let rest = batch
    while (!this.#givenUp) {
      try {
        if (this.#reopen) await this.#target.reopen()
        this.#reopen = false
        if (rest.length > 0) await this.#target.write(rest)
        if (this.#failing) this.#log.info(`audit records go to ${this.#target.name} again`)
        this.#failing = false
        return
      } catch (error) {
        if (error instanceof WriteError) rest = rest.subarray(error.written)
        if (!this.#failing) {
          this.#log.error(`audit records cannot be written to ${this.#target.name}: ${(error as Error).message}`)
        }
        this.#failing = true
        if (this.#closing) this.#givenUp = true
        else await this.#leaveAlone((error instanceof WriteError ? error.wait : null) ?? this.#retry)
      }
    }
    for (const byte of rest) if (byte === END) this.#lost++
  }

  #leaveAlone(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#wake = null
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      this.#wake = done
    })
  }
}
