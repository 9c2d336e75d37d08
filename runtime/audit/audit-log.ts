import type { Log } from '../log.ts'
import { environment, StartupError } from '../startup-error.ts'
import type { ActionRecord } from './action-record.ts'
import type { AuditConfig } from './audit-config.ts'
import { auditLine } from './audit-line.ts'
import type { AuditRecord } from './audit-record.ts'
import type { ChangeRecord } from './change-record.ts'
import { openFileTarget } from './file-target.ts'
import type { LineTarget } from './line-target.ts'
import type { LoginRecord } from './login-record.ts'
import { ocsfTarget } from './ocsf/ocsf-target.ts'
import { openRemoteTarget } from './open-remote-target.ts'
import { Outlet, type OutletOptions } from './outlet.ts'
import type { Witnessed } from './own-records.ts'
import { readAuditSecrets } from './read-secrets.ts'
import { type Recent, type RecentAsked, recentOf } from './recent.ts'
import { RecentRecords } from './recent-records.ts'
import { stdoutTarget } from './stdout-target.ts'

export interface AuditLog {
  write(record: AuditRecord): void
  /** What somebody has done, or has become of what requests are decided by. */
  note(record: ActionRecord | ChangeRecord | LoginRecord): void
  /**
   * Asked before a request is decided. Null: its record will find room. Else true when it will, or false when after a while it
   * would still not: a request that cannot be recorded is not served.
   */
  room(): Promise<boolean> | null
  /** Whether requests wait because what they would be recorded in is full. */
  readonly isHeldUp: boolean
  /** The last records of requests. */
  recent(asked: RecentAsked): Recent
  /** Whether what it is given now may not be written: something could not be, there is no room, or it is closed. */
  readonly isFailing: boolean
  /** Settled when all that it has been given is where it goes. */
  written(): Promise<void>
  /** Streams of other processes in a file. */
  witness(file: string, heads: readonly Witnessed[]): void
  /** After the files were moved (SIGHUP). */
  reopen(): void
  /** Settled when all records are where they go. */
  close(): Promise<void>
  /** Records lost because a sink was full, or would not have them. */
  readonly dropped: number
  readonly waitingBytes: number
}

export interface AuditOptions extends OutletOptions {
  /** Milliseconds for which a request waits. */
  readonly patience?: number
}

/** Rejects with `StartupError` where a key or a file cannot be had. */
export async function openAuditLog(configs: readonly AuditConfig[], log: Log, options: AuditOptions = {}): Promise<AuditLog> {
  const outlets: Outlet[] = []
  try {
    for (const config of configs) {
      // Before the file may be made: what is wrong with a key leaves nothing behind.
      const secrets = await readAuditSecrets(config)
      outlets.push(new Outlet(config, await openTarget(config, log), secrets, log, options))
    }
  } catch (error) {
    await Promise.all(outlets.map((outlet) => outlet.close()))
    throw error
  }
  return createAuditLog(outlets, options)
}

async function openTarget(config: AuditConfig, log: Log): Promise<LineTarget> {
  try {
    const target = await openPlace(config, log)
    // What a collector gets holds the record, or the event, beside what its own protocol says of it.
    return config.format === 'ocsf' && config.kind !== 'otlp' ? ocsfTarget(target) : target
  } catch (error) {
    throw new StartupError([environment(`the audit log cannot be opened: ${(error as Error).message}`)])
  }
}

async function openPlace(config: AuditConfig, log: Log): Promise<LineTarget> {
  if (config.kind === 'stdout') return stdoutTarget()
  return config.kind === 'file' ? await openFileTarget(config, log) : await openRemoteTarget(config, log)
}

export function createAuditLog(outlets: readonly Outlet[], { patience = 5000 }: AuditOptions = {}): AuditLog {
  let isClosed = false
  const recent = new RecentRecords()

  async function waitForRoom(): Promise<boolean> {
    await Promise.all(outlets.map((outlet) => (outlet.blocks ? outlet.sink.room(patience) : null)))
    return !outlets.some((outlet) => outlet.blocks)
  }

  return {
    write(record) {
      recent.add(record)
      let text = ''
      for (const outlet of outlets) {
        if (!outlet.keeps(record)) continue
        if (outlet.redaction !== null) outlet.put(auditLine(outlet.redaction.of(record)))
        else {
          text ||= auditLine(record)
          outlet.put(text)
        }
      }
    },
    note(record) {
      for (const outlet of outlets) outlet.note(record)
    },
    room() {
      for (const outlet of outlets) if (outlet.blocks) return waitForRoom()
      return null
    },
    get isHeldUp() {
      return outlets.some(({ blocks }) => blocks)
    },
    recent: (asked) => recentOf(recent, outlets, asked),
    get isFailing() {
      // Beside a place that nothing may be lost for, one that may lose records holds up nobody.
      const blocking = outlets.filter(({ config }) => config.whenFull === 'block')
      return isClosed || (blocking.length > 0 ? blocking : outlets).some(({ sink }) => sink.isFailing || !sink.takes)
    },
    async written() {
      await Promise.all(outlets.map(({ sink }) => sink.written()))
    },
    witness(file, heads) {
      for (const outlet of outlets) if (outlet.config.kind === 'file' && outlet.config.file === file) outlet.witness(heads)
    },
    reopen() {
      for (const { sink } of outlets) sink.reopen()
    },
    async close() {
      isClosed = true
      await Promise.all(outlets.map((outlet) => outlet.close()))
    },
    get dropped() {
      return outlets.reduce((sum, { dropped }) => sum + dropped, 0)
    },
    get waitingBytes() {
      return outlets.reduce((sum, { sink }) => sum + sink.waitingBytes, 0)
    },
  }
}
