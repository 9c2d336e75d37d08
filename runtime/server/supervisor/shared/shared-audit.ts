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
 * The supervisor's audit log. Contains the actions of operators and the heads of the workers' hash chains, so that truncation
 * of a chain can be detected.
 */
export class SharedAudit {
  readonly #log: Log
  #current: AuditLog | null = null
  /** The configuration of `#current`. */
  #text = '[]'
  #dropped = 0
  /** Open chains by worker and file. */
  readonly #open = new Map<number, Map<string, Witnessed>>()

  constructor(log: Log) {
    this.#log = log
  }

  /**
   * Opens the audit log of a configuration. Returns the current log if its configuration is equal.
   *
   * @throws StartupError if the log cannot be opened
   */
  async open(configs: readonly AuditConfig[]): Promise<AuditLog> {
    if (this.#current !== null && JSON.stringify(configs) === this.#text) return this.#current
    return await openAuditLog(configs, this.#log, { process: 'supervisor' })
  }

  use(log: AuditLog, configs: readonly AuditConfig[]): void {
    const before = this.#current
    this.#current = log
    this.#text = JSON.stringify(configs)
    if (before === null || before === log) return
    // Added at once: a counter must not decrease.
    const lost = before.dropped
    this.#dropped += lost
    void before.close().then(() => {
      this.#dropped += before.dropped - lost
    })
  }

  async discard(log: AuditLog | null): Promise<void> {
    if (log !== this.#current) await log?.close()
  }

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

  /**
   * Records in the audit log that the hash chains of a worker have ended although the worker could not close them, because it was
   * killed.
   */
  gone(worker: number): void {
    for (const [file, head] of this.#open.get(worker) ?? []) this.#current?.witness(file, [{ ...head, state: 'gone' }])
    this.#open.delete(worker)
  }

  /** Opens the audit log for an operator's action. Rejects if nothing can be recorded. */
  async forAction(): Promise<ActionAudit> {
    if (this.#current === null) throw new Error('the audit log is not open yet: try again')
    return await openActionAudit(this.#current)
  }

  reopen(): void {
    this.#current?.reopen()
  }

  async close(): Promise<void> {
    await this.#current?.close()
  }
}
