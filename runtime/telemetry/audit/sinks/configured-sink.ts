import type { Log } from '../../../base/log.ts'
import type { ActionRecord } from '../action-record.ts'
import type { AuditConfig } from '../audit-config.ts'
import type { AuditRecord } from '../audit-record.ts'
import { HashChain, type Head } from '../chain.ts'
import type { ChangeRecord } from '../change-record.ts'
import type { LoginRecord } from '../login-record.ts'
import { checkpointLine, line, omittedLine, streamLine, type Witnessed } from '../own-records.ts'
import { Redaction } from '../redaction.ts'
import { Sampling } from '../sampling.ts'
import type { AuditSigner } from '../signing-key.ts'
import { AuditSink, type SinkOptions } from './audit-sink.ts'
import type { LineTarget } from './line-target.ts'

export interface ConfiguredSinkOptions extends Omit<SinkOptions, 'limit' | 'chain'> {
  /** Name of this process, such as `worker 2`, `supervisor` or `proxy`. */
  readonly process?: string
  readonly clock?: () => number
  /** Receives the position and file of the chain after each written checkpoint. */
  readonly onHead?: (head: Witnessed, file: string) => void
  /** Milliseconds from a record to the next checkpoint, and the number of records that cause a checkpoint at once. */
  readonly checkpoint?: { readonly after: number; readonly records: number }
}

export interface SinkSecrets {
  readonly signer: AuditSigner | null
  readonly hashKey: string
  /** Position of the last chained line in the file, or `null` without one. */
  readonly after: Head | null
}

const CHECKPOINT = { after: 10_000, records: 10_000 }

/** A sink with its sampling and redaction. It also writes the log's own records, such as checkpoints. */
export class ConfiguredSink {
  readonly sink: AuditSink
  readonly config: AuditConfig
  readonly redaction: Redaction | null
  readonly #sampling: Sampling | null
  readonly #chain: HashChain | null
  readonly #secrets: SinkSecrets
  readonly #process: string
  readonly #clock: () => number
  readonly #onHead: ConfiguredSinkOptions['onHead'] | null
  readonly #checkpoint: typeof CHECKPOINT
  #witnessed = new Map<string, Witnessed>()
  /** Position of the last checkpoint. */
  #checked = -1
  #timer: NodeJS.Timeout | null = null
  /** Since the last report of omissions. */
  #since: number
  #lost = 0
  #dropped = 0
  /** Whether a report must precede the next record. */
  #hasToReport: boolean

  constructor(config: AuditConfig, target: LineTarget, secrets: SinkSecrets, log: Log, options: ConfiguredSinkOptions = {}) {
    const { capacity = 8 << 20, process = 'proxy', clock = Date.now } = options
    this.config = config
    this.#chain = config.kind === 'file' && config.chain ? new HashChain() : null
    // Requests admitted before the sink was full still have capacity.
    const limit = config.whenFull === 'block' ? 2 * capacity : capacity
    this.sink = new AuditSink(target, log, { ...options, capacity, limit, chain: this.#chain })
    this.redaction = config.redact && new Redaction(config.redact, secrets.hashKey)
    this.#sampling = config.sample.length > 0 ? new Sampling(config.sample) : null
    this.#secrets = secrets
    this.#process = process
    this.#clock = clock
    this.#onHead = options.onHead ?? null
    this.#checkpoint = options.checkpoint ?? CHECKPOINT
    this.#since = clock()
    this.#hasToReport = this.#chain !== null
  }

  get dropped(): number {
    return this.#dropped + this.sink.lost
  }

  /** Whether records include the values that conditions read. */
  get hasValues(): boolean {
    return this.config.values !== 'none'
  }

  get blocks(): boolean {
    return this.config.whenFull === 'block' && this.sink.isFull
  }

  /** Returns whether sampling keeps a record. A record that is not kept is only counted. */
  keeps(record: AuditRecord): boolean {
    if (this.#sampling === null || this.#sampling.keeps(record)) return true
    this.#wake()
    return false
  }

  /** Writes a record. `text` is its line with the line break. */
  put(text: string): void {
    if (!this.sink.takes) {
      this.#lost++
      this.#dropped++
      this.#hasToReport = true
      return void this.#wake()
    }
    if (this.#hasToReport) this.#report()
    this.sink.write(text)
    if (this.#chain === null) return
    if (this.#chain.seq - this.#checked >= this.#checkpoint.records) this.#check(false)
    else if (this.#timer === null) this.#wake()
  }

  note(record: ActionRecord | ChangeRecord | LoginRecord): void {
    this.put(line(this.redaction === null ? record : this.redaction.ofNoted(record)))
  }

  /** Includes the last known positions of other processes' hash chains in the next checkpoint. */
  witness(heads: readonly Witnessed[]): void {
    if (this.#chain === null || heads.length === 0) return
    for (const head of heads) this.#witnessed.set(head.stream, head)
    this.#wake()
  }

  async close(): Promise<void> {
    await this.sink.finish()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#reportOmitted()
    if (this.#chain !== null && (this.#chain.seq >= 0 || this.#witnessed.size > 0)) this.#check(true)
    await this.sink.close()
  }

  #wake(): void {
    this.#timer ??= setTimeout(() => this.#onTime(), this.#checkpoint.after).unref()
  }

  #onTime(): void {
    this.#timer = null
    if (!this.sink.takes) return void this.#wake()
    this.#reportOmitted()
    if (this.#chain !== null && (this.#chain.seq > this.#checked || this.#witnessed.size > 0)) this.#check(false)
  }

  #report(): void {
    this.#hasToReport = false
    this.#begin()
    if (this.#lost > 0) this.#reportOmitted()
  }

  #begin(): void {
    if (this.#chain === null || this.#chain.seq >= 0) return
    const { signer, after } = this.#secrets
    this.sink.write(streamLine(this.config, this.#process, signer?.kid ?? null, after, this.#clock()))
    this.#reportHead('open')
  }

  /** Reports omissions, so that counts stay correct. */
  #reportOmitted(): void {
    const now = this.#clock()
    if (this.#lost > 0) {
      this.#begin()
      this.sink.write(omittedLine('full', this.#since, this.#lost, [], now))
      this.#lost = 0
    }
    if (this.#sampling !== null && !this.#sampling.isEmpty) {
      this.#begin()
      const of = this.#sampling.take()
      const count = of.reduce((sum, each) => sum + each.count, 0)
      this.sink.write(omittedLine('sample', this.#since, count, of, now))
    }
    this.#since = now
  }

  #check(end: boolean): void {
    const chain = this.#chain as HashChain
    this.#begin()
    const streams = [...this.#witnessed.values()]
    this.sink.write(checkpointLine({ head: chain.head, streams, end }, this.#secrets.signer, this.#clock()))
    // Each head is named once.
    this.#witnessed = new Map()
    this.#checked = chain.seq
    this.#reportHead(end ? 'ended' : 'open')
  }

  #reportHead(state: Witnessed['state']): void {
    const { config } = this
    if (config.kind !== 'file' || this.#chain === null || this.#onHead === null) return
    const head = { ...this.#chain.head, state }
    // Only after it is written: a killed process must not have claimed more.
    void this.sink.written().then(() => this.#onHead?.(head, config.file))
  }
}
