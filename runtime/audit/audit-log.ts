import { escapeControls, type Log } from '../log.ts'
import type { ActionRecord } from './action-record.ts'
import { auditLine } from './audit-line.ts'
import type { AuditRecord } from './audit-record.ts'
import { AuditSink, type SinkOptions } from './audit-sink.ts'
import type { LineTarget } from './line-target.ts'
import type { LoginRecord } from './login-record.ts'
import { openTargets } from './open-targets.ts'
import type { SinkConfig } from './sink-config.ts'

export interface AuditLog {
  write(record: AuditRecord): void
  /** What somebody has done. */
  note(record: ActionRecord | LoginRecord): void
  /**
   * Asked before a request is decided. Null: its record will find room. Else true when it will, or false when after a while it
   * would still not: a request that cannot be recorded is not served.
   */
  room(): Promise<boolean> | null
  /** After the files were moved (SIGHUP). */
  reopen(): void
  /** Settled when all records are where they go. */
  close(): Promise<void>
  /** Records lost because a sink was full, or would not have them. */
  readonly dropped: number
  readonly waitingBytes: number
}

export interface AuditOptions extends SinkOptions {
  /** Milliseconds for which a request waits. */
  readonly patience?: number
}

/** Throws what the file system throws. */
export async function openAuditLog(configs: readonly SinkConfig[], log: Log, options: AuditOptions = {}): Promise<AuditLog> {
  return auditLogOf(configs, await openTargets(configs, log), log, options)
}

/** For one action, which is not to happen where it cannot be recorded: throws where it would not be. */
export async function openActionLog(configs: readonly SinkConfig[], log: Log): Promise<AuditLog> {
  const targets = await openTargets(configs, log)
  try {
    await Promise.all(targets.map((target, at) => (configs[at]?.whenFull === 'drop' ? undefined : target.check?.())))
  } catch (error) {
    await Promise.all(targets.map((target) => target.close()))
    throw error
  }
  return auditLogOf(configs, targets, log, {})
}

function auditLogOf(configs: readonly SinkConfig[], targets: readonly LineTarget[], log: Log, options: AuditOptions): AuditLog {
  const { capacity = 8 << 20 } = options
  const sinks = targets.map((target, at) => {
    const whenFull = configs[at]?.whenFull ?? options.whenFull ?? 'block'
    // Requests that were let in before a sink was full still find room.
    const limit = whenFull === 'block' ? 2 * capacity : capacity
    return new AuditSink(target, log, { ...options, capacity, limit, whenFull })
  })
  return createAuditLog(sinks, options)
}

export function createAuditLog(sinks: readonly AuditSink[], options: AuditOptions = {}): AuditLog {
  const { whenFull = 'block', patience = 5000 } = options
  const blocking = whenFull === 'drop' ? [] : sinks.filter((sink) => !sink.drops)

  async function waitForRoom(): Promise<boolean> {
    await Promise.all(blocking.map((sink) => sink.room(patience)))
    return !blocking.some((sink) => sink.isFull)
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
      for (const sink of blocking) if (sink.isFull) return waitForRoom()
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
