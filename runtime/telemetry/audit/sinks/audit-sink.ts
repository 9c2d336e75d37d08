import type { Log } from '../../../base/log.ts'
import { Pause } from '../../../base/waiting.ts'
import { HashChain, LINK } from '../chain.ts'
import { type LineTarget, WriteError } from './line-target.ts'

export interface SinkOptions {
  /** Number of bytes waiting to be written at which the sink counts as full, so that `hasCapacity` waits. */
  readonly capacity?: number
  /** Number of bytes waiting to be written at which the sink takes no further line. Default: `capacity`. */
  readonly limit?: number
  /** Milliseconds for which lines are collected into a batch. */
  readonly gather?: number
  /** Milliseconds before a failed write is tried again. */
  readonly retry?: number
  /** Hash chain to which the written lines belong, or `null` if lines are not chained. */
  readonly chain?: HashChain | null
}

const END = 0x0a

/** Size of a buffer in bytes, enough for the batch of a busy worker. */
const CHUNK = 1 << 19

/**
 * A sink that writes lines to a target in batches and in order. Lines that the target did not accept are written again. Writers
 * must check `takes` first.
 */
export class AuditSink {
  readonly #target: LineTarget
  readonly #log: Log
  readonly #capacity: number
  readonly #limit: number
  readonly #gather: number
  readonly #retry: number
  readonly #chain: HashChain | null
  /** Leading bytes of a buffer that are not written. */
  readonly #from: number
  /** Pending full buffers, before the open one. */
  readonly #full: Buffer[] = []
  #open = Buffer.allocUnsafeSlow(CHUNK)
  #used: number
  /** The alternate buffer: one is written while the other fills. */
  #other = Buffer.allocUnsafeSlow(CHUNK)
  #waitingBytes = 0
  #writing: Promise<void> | null = null
  #failing = false
  #reopen = false
  #closing = false
  /** The proxy ends and the target has failed: no more attempts. */
  #givenUp = false
  #lost = 0
  /** Delay after a failure. */
  readonly #pause = new Pause()
  readonly #forCapacity = new Set<() => void>()
  /** Total bytes received and written. */
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

  get spare(): number {
    return this.#capacity - this.#waitingBytes
  }

  get takes(): boolean {
    return this.#waitingBytes < this.#limit
  }

  /** Number of accepted records that are lost: rejected by the target, or pending when the sink ended. */
  get lost(): number {
    return this.#lost + (this.#target.refused ?? 0)
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  write(line: string): void {
    // Encoded at once while its parts are cached. A UTF-16 unit takes up to three bytes.
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

  #link(): number {
    return this.#chain?.link(this.#open) ?? 0
  }

  #begin(least: number): void {
    if (this.#used > this.#from) this.#full.push(this.#open.subarray(this.#from, this.#used))
    this.#open = Buffer.allocUnsafeSlow(Math.max(CHUNK, this.#from + least))
    this.#used = this.#link()
  }

  /** Takes the next batch; later lines are not part of it. Only after the previous batch is written. */
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

  /** Resolves when there is capacity, or after `patience` milliseconds. */
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

  /** Resolves when all lines accepted so far are written. If the sink gives up, it never resolves. */
  written(): Promise<void> {
    if (this.#came === this.#gone) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push({ came: this.#came, resolve }))
  }

  get waiting(): number {
    return this.#forCapacity.size
  }

  get isFailing(): boolean {
    return this.#failing
  }

  reopen(): void {
    this.#reopen = true
    this.#writing ??= this.#drain()
  }

  /** Resolves when all lines are written or have failed. Failed writes are no longer tried again. */
  async finish(): Promise<void> {
    this.#closing = true
    this.#pause.end()
    await this.#writing
  }

  async close(): Promise<void> {
    await this.finish()
    if (this.#lost > 0)
      this.#log.error(`audit records for ${this.#target.name} are lost, because it cannot be written`, { records: this.#lost })
    await this.#target.close()
  }

  async #drain(): Promise<void> {
    while (this.#full.length > 0 || this.#used > this.#from || this.#reopen) {
      // A write costs as much as the rest of a record; under load, hundreds share one.
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

  /** Returns false if it gave up because the proxy ends. */
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
