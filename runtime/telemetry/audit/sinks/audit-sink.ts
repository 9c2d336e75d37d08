import type { Log } from '../../../base/log.ts'
import { Pause } from '../../../base/waiting.ts'
import { HashChain, LINK } from '../chain.ts'
import { type LineTarget, WriteError } from './line-target.ts'

export interface SinkOptions {
  /** Bytes that may wait for the target before the sink counts as full. */
  readonly capacity?: number
  /** Bytes from which on it takes no line; `capacity` where left out. */
  readonly limit?: number
  /** Milliseconds for which lines are gathered into one write. */
  readonly gather?: number
  /** Milliseconds before a target that failed is tried again. */
  readonly retry?: number
  /** Binds each line to the one before. */
  readonly chain?: HashChain | null
}

const END = 0x0a

/** Bytes of a buffer that lines are gathered in: what a busy worker gathers in one go, so that it seldom needs another one. */
const CHUNK = 1 << 19

/**
 * Lines on their way to a target, in order, many in one write. What the target did not take waits for the next try. Whoever
 * writes looks first whether it takes another line.
 */
export class AuditSink {
  readonly #target: LineTarget
  readonly #log: Log
  readonly #capacity: number
  readonly #limit: number
  readonly #gather: number
  readonly #retry: number
  readonly #chain: HashChain | null
  /** Bytes at the beginning of a buffer that are not written out. */
  readonly #from: number
  /** What waits, in order: those that are full, then so much of the open one. */
  readonly #full: Buffer[] = []
  #open = Buffer.allocUnsafeSlow(CHUNK)
  #used: number
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
  /** For which a target that failed is left alone. */
  readonly #pause = new Pause()
  readonly #forCapacity = new Set<() => void>()
  /** Bytes that came, and that were written, ever. */
  #came = 0
  #gone = 0
  readonly #waiters: { readonly came: number; readonly resolve: () => void }[] = []

  constructor(target: LineTarget, log: Log, options: SinkOptions = {}) {
    this.#target = target
    this.#log = log
    this.#capacity = options.capacity ?? 8 << 20
    this.#limit = options.limit ?? this.#capacity
    this.#gather = target.gather ?? options.gather ?? 20
    this.#retry = options.retry ?? 1000
    this.#chain = options.chain ?? null
    this.#from = this.#chain === null ? 0 : LINK
    this.#used = this.#link()
  }

  get isFull(): boolean {
    return this.#waitingBytes >= this.#capacity
  }

  /** Bytes until it is. */
  get spare(): number {
    return this.#capacity - this.#waitingBytes
  }

  /** Whether the next line has a place. */
  get takes(): boolean {
    return this.#waitingBytes < this.#limit
  }

  /** Records that it took, and that are nowhere: the target would not have them, or the proxy has ended. */
  get lost(): number {
    return this.#lost + (this.#target.refused ?? 0)
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  write(line: string): void {
    // At once, while the line, which is of many parts, is near the processor. A unit of UTF-16 takes up to three bytes.
    const most = 3 * line.length + HashChain.TAIL
    if (most > this.#open.length - this.#used) this.#begin(most)
    const start = this.#used
    let end = start + this.#open.write(line, start)
    if (this.#chain !== null) end = this.#chain.seal(this.#open, start, end)
    this.#used = end
    this.#waitingBytes += end - start
    this.#came += end - start
    this.#writing ??= this.#drain()
  }

  /** What a line goes on from, in a buffer that is begun. */
  #link(): number {
    return this.#chain?.link(this.#open) ?? 0
  }

  #begin(least: number): void {
    if (this.#used > this.#from) this.#full.push(this.#open.subarray(this.#from, this.#used))
    this.#open = Buffer.allocUnsafeSlow(Math.max(CHUNK, this.#from + least))
    this.#used = this.#link()
  }

  /** What comes from now on is not of it. Not before what was taken is written. */
  #take(): Buffer {
    const full = this.#full.shift()
    if (full !== undefined) return full
    const batch = this.#open.subarray(this.#from, this.#used)
    const filled = this.#open
    this.#open = this.#other
    this.#other = filled
    this.#used = this.#link()
    return batch
  }

  /** Settled when there is room, or after `patience` milliseconds: whoever gave up waiting is not kept. */
  hasCapacity(patience: number): Promise<void> {
    if (!this.isFull) return Promise.resolve()
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer)
        this.#forCapacity.delete(settle)
        resolve()
      }
      const timer = setTimeout(settle, patience)
      this.#forCapacity.add(settle)
    })
  }

  /** Settled when all that has come by now is where it goes; never, if it is given up. */
  written(): Promise<void> {
    if (this.#came === this.#gone) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push({ came: this.#came, resolve }))
  }

  /** Requests that wait for room. */
  get waiting(): number {
    return this.#forCapacity.size
  }

  /** Whether the last write failed. */
  get isFailing(): boolean {
    return this.#failing
  }

  /** Before the next line that is written. */
  reopen(): void {
    this.#reopen = true
    this.#writing ??= this.#drain()
  }

  /** Settled when everything was written, or could not be: from now on it is tried once. */
  async finish(): Promise<void> {
    this.#closing = true
    this.#pause.end()
    await this.#writing
  }

  async close(): Promise<void> {
    await this.finish()
    if (this.#lost > 0)
      this.#log.error(`audit records for ${this.#target.name} are lost: it cannot be written to`, { records: this.#lost })
    await this.#target.close()
  }

  async #drain(): Promise<void> {
    while (this.#full.length > 0 || this.#used > this.#from || this.#reopen) {
      // A write costs as much as the rest of what is done for a record; under load, hundreds share one.
      if (this.#full.length === 0 && !this.#closing) await new Promise((resolve) => setTimeout(resolve, this.#gather))
      const batch = this.#take()
      const size = batch.length
      if (await this.#deliver(batch)) this.#gone += size
      this.#waitingBytes -= size
      while (this.#waiters[0] !== undefined && this.#waiters[0].came <= this.#gone) this.#waiters.shift()?.resolve()
      for (const settle of this.#forCapacity) settle()
    }
    this.#writing = null
  }

  /** False: given up, since the proxy ends. */
  async #deliver(batch: Buffer): Promise<boolean> {
    let rest = batch
    while (!this.#givenUp) {
      try {
        if (this.#reopen) await this.#target.reopen()
        this.#reopen = false
        if (rest.length > 0) await this.#target.write(rest)
        if (this.#failing) this.#log.info(`audit records go to ${this.#target.name} again`)
        this.#failing = false
        return true
      } catch (error) {
        if (error instanceof WriteError) rest = rest.subarray(error.written)
        if (!this.#failing) {
          this.#log.error(`audit records cannot be written to ${this.#target.name}: ${(error as Error).message}`)
        }
        this.#failing = true
        if (this.#closing) this.#givenUp = true
        else await this.#pause.for((error instanceof WriteError ? error.wait : null) ?? this.#retry)
      }
    }
    for (const byte of rest) if (byte === END) this.#lost++
    return false
  }
}
