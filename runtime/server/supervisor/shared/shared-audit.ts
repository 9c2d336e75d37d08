import type { Log } from '../../../base/log.ts'
import {
  type ActionAudit,
  type AuditConfig,
  type AuditLog,
  openActionAudit,
  openAuditLog,
  type Witnessed,
} from '../../../telemetry/audit/index.ts'

/**
 * The log as the supervisor writes it: what operators do, and where the chains of its workers have come to, so that none of them
 * can be cut or taken out unseen.
 */
export class SharedAudit {
  readonly #log: Log
  #current: AuditLog | null = null
  /** What `#current` was opened by. */
  #text = '[]'
  /** What those before it have lost. */
  #dropped = 0
  /** By worker and file: those that have not ended. */
  readonly #open = new Map<number, Map<string, Witnessed>>()

  constructor(log: Log) {
    this.#log = log
  }

  /** For that configuration: the one that is there, where it is the same. Rejects with `StartupError`. */
  async open(configs: readonly AuditConfig[]): Promise<AuditLog> {
    if (this.#current !== null && JSON.stringify(configs) === this.#text) return this.#current
    return await openAuditLog(configs, this.#log, { process: 'supervisor' })
  }

  /** That of `open`, from now on. */
  use(log: AuditLog, configs: readonly AuditConfig[]): void {
    const before = this.#current
    this.#current = log
    this.#text = JSON.stringify(configs)
    if (before === null || before === log) return
    // At once: a counter never goes back.
    const lost = before.dropped
    this.#dropped += lost
    void before.close().then(() => {
      this.#dropped += before.dropped - lost
    })
  }

  /** That of `open`, which is not to be used. */
  async discard(log: AuditLog | null): Promise<void> {
    if (log !== this.#current) await log?.close()
  }

  /** For metrics. */
  get figures(): { readonly dropped: number; readonly waitingBytes: number } {
    return { dropped: this.#dropped + (this.#current?.dropped ?? 0), waitingBytes: this.#current?.waitingBytes ?? 0 }
  }

  heard(worker: number, head: Witnessed, file: string): void {
    const files = this.#open.get(worker) ?? new Map<string, Witnessed>()
    this.#open.set(worker, files)
    if (head.state === 'open') files.set(file, head)
    else files.delete(file)
    this.#current?.witness(file, [head])
  }

  /** A worker that was not told to end could not end its chains. */
  gone(worker: number): void {
    for (const [file, head] of this.#open.get(worker) ?? []) this.#current?.witness(file, [{ ...head, state: 'gone' }])
    this.#open.delete(worker)
  }

  /** Rejects where nothing can be recorded. */
  async forAction(): Promise<ActionAudit> {
    if (this.#current === null) throw new Error('it is not open')
    return await openActionAudit(this.#current)
  }

  reopen(): void {
    this.#current?.reopen()
  }

  async close(): Promise<void> {
    await this.#current?.close()
  }
}
