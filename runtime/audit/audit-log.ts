import { escapeControls, type Log } from '../log.ts'
import type { ActionRecord } from './action-record.ts'
import { auditLine } from './audit-line.ts'
import type { AuditRecord } from './audit-record.ts'
import { AuditSink, type SinkOptions } from './audit-sink.ts'
import type { ChangeRecord } from './change-record.ts'
import { openFileTarget } from './file-target.ts'
import { stdoutTarget } from './stdout-target.ts'

export interface AuditLog {
  write(record: AuditRecord): void
  /** What somebody has done, or has become of what requests are decided by. */
  note(record: ActionRecord | ChangeRecord): void
  /**
   * Asked before a request is decided. Null: its record will find room. Else true when it will, or false when after a while it
   * would still not: a request that cannot be recorded is not served.
   */
  room(): Promise<boolean> | null
  /** After the files were moved (SIGHUP). */
  reopen(): void
  /** Settled when all records are where they go. */
  close(): Promise<void>
  /** Records lost because a sink was full. */
  readonly dropped: number
  readonly waitingBytes: number
}

export interface AuditOptions extends SinkOptions {
  /** `block`: requests wait while a sink is full. `drop`: they are served, and records are lost and counted. */
  readonly whenFull?: 'block' | 'drop'
  /** Milliseconds for which a request waits. */
  readonly patience?: number
}

export type SinkConfig = { readonly kind: 'file'; readonly file: string } | { readonly kind: 'stdout' }

/** Throws what the file system throws. */
export async function openAuditLog(configs: readonly SinkConfig[], log: Log, options: AuditOptions = {}): Promise<AuditLog> {
  const targets = await Promise.all(
    configs.map((config) => (config.kind === 'file' ? openFileTarget(config.file) : stdoutTarget())),
  )
  const { whenFull = 'block', capacity = 8 << 20 } = options
  // Requests that were let in before a sink was full still find room.
  const limit = whenFull === 'block' ? 2 * capacity : capacity
  return createAuditLog(
    targets.map((target) => new AuditSink(target, log, { ...options, capacity, limit })),
    options,
  )
}

export function createAuditLog(sinks: readonly AuditSink[], options: AuditOptions = {}): AuditLog {
  const { whenFull = 'block', patience = 5000 } = options

  async function waitForRoom(): Promise<boolean> {
    await Promise.all(sinks.map((sink) => sink.room(patience)))
    return !sinks.some((sink) => sink.isFull)
  }

  return {
    write(record) {
      const line = auditLine(record)
      for (const sink of sinks) sink.write(line)
    },
    note(record) {
      const line = `${escapeControls(JSON.stringify(record))}\n`
      for (const sink of sinks) sink.write(line)
    },
    room() {
      if (whenFull === 'drop') return null
      for (const sink of sinks) if (sink.isFull) return waitForRoom()
      return null
    },
    reopen() {
      for (const sink of sinks) sink.reopen()
    },
    async close() {
      await Promise.all(sinks.map((sink) => sink.close()))
    },
    get dropped() {
      return sinks.reduce((sum, sink) => sum + sink.dropped, 0)
    },
    get waitingBytes() {
      return sinks.reduce((sum, sink) => sum + sink.waitingBytes, 0)
    },
  }
}
