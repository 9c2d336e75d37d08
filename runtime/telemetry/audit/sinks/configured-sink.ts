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

/** What the process is that writes, and what else it knows. */
export interface ConfiguredSinkOptions extends Omit<SinkOptions, 'limit' | 'chain'> {
  /** Who writes: `worker 2`, `supervisor`, `proxy`. */
  readonly process?: string
  readonly clock?: () => number
  /** Told of the head of a chain at each checkpoint, once it is written, with the file. */
  readonly onHead?: (head: Witnessed, file: string) => void
  /** Milliseconds from a record to the checkpoint after it, and records after which it comes at once. */
  readonly checkpoint?: { readonly after: number; readonly records: number }
}

/** What was read before, of what the configuration names. */
export interface SinkSecrets {
  readonly signer: AuditSigner | null
  /** Of hashes in place of values. */
  readonly hashKey: string
  /** What stood last where it writes. */
  readonly after: Head | null
}

const CHECKPOINT = { after: 10_000, records: 10_000 }

/** One place that records go to: which of them, what of them, and what the log says about itself there. */
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
  /** Of others, that the next checkpoint names. */
  #witnessed = new Map<string, Witnessed>()
  /** Of the last checkpoint. */
  #checked = -1
  #timer: NodeJS.Timeout | null = null
  /** Since it was told last that records were left out. */
  #since: number
  #lost = 0
  #dropped = 0
  /** Something is to be said before the next record. */
  #hasToReport: boolean

  constructor(config: AuditConfig, target: LineTarget, secrets: SinkSecrets, log: Log, options: ConfiguredSinkOptions = {}) {
    const { capacity = 8 << 20, process = 'proxy', clock = Date.now } = options
    this.config = config
    this.#chain = config.kind === 'file' && config.chain ? new HashChain() : null
    // Requests that were let in before a sink was full still find room.
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

  /** Records for which there was no room, or that the place would not have. */
  get dropped(): number {
    return this.#dropped + this.sink.lost
  }

  /** Whether records say here what conditions read. */
  get hasValues(): boolean {
    return this.config.values !== 'none'
  }

  /** Whether requests wait for it. */
  get blocks(): boolean {
    return this.config.whenFull === 'block' && this.sink.isFull
  }

  /** Whether a record is to be kept here; one that is not is counted. */
  keeps(record: AuditRecord): boolean {
    if (this.#sampling === null || this.#sampling.keeps(record)) return true
    this.#wake()
    return false
  }

  /** `text`: of a record, with its end. */
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

  /** Streams of other processes, in the same place: its next checkpoint names them. */
  witness(heads: readonly Witnessed[]): void {
    if (this.#chain === null || heads.length === 0) return
    for (const head of heads) this.#witnessed.set(head.stream, head)
    this.#wake()
  }

  /** Settled when everything is written, or could not be. */
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
    // Nothing more waits for a place that takes nothing.
    if (!this.sink.takes) return void this.#wake()
    this.#reportOmitted()
    if (this.#chain !== null && (this.#chain.seq > this.#checked || this.#witnessed.size > 0)) this.#check(false)
  }

  /** What has to stand before the next record. */
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

  /** How much was left out, so that whoever counts can count right. */
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

  /** Names where the chain has come to, and signs that. */
  #check(end: boolean): void {
    const chain = this.#chain as HashChain
    this.#begin()
    const streams = [...this.#witnessed.values()]
    this.sink.write(checkpointLine({ head: chain.head, streams, end }, this.#secrets.signer, this.#clock()))
    // A head is named once: what comes after it has another.
    this.#witnessed = new Map()
    this.#checked = chain.seq
    this.#reportHead(end ? 'ended' : 'open')
  }

  #reportHead(state: Witnessed['state']): void {
    const { config } = this
    if (config.kind !== 'file' || this.#chain === null || this.#onHead === null) return
    const head = { ...this.#chain.head, state }
    // Not before it is there: a process that is killed must not have said that there is more.
    void this.sink.written().then(() => this.#onHead?.(head, config.file))
  }
}
