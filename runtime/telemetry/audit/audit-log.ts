import type { Log } from '../../base/log.ts'
import { environment, StartupError } from '../../base/startup-error.ts'
import type { ActionRecord } from './action-record.ts'
import type { AuditConfig } from './audit-config.ts'
import { auditLine } from './audit-line.ts'
import type { AuditRecord } from './audit-record.ts'
import type { ChangeRecord } from './change-record.ts'
import type { LoginRecord } from './login-record.ts'
import type { Witnessed } from './own-records.ts'
import { readAuditSecrets } from './read-secrets.ts'
import { type Recent, type RecentAsked, recentOf, redactedSample } from './recent.ts'
import { RecentRecords } from './recent-records.ts'
import type { Sampled } from './redaction.ts'
import { ConfiguredSink, type ConfiguredSinkOptions } from './sinks/configured-sink.ts'
import { openFileTarget } from './sinks/file-target.ts'
import type { LineTarget } from './sinks/line-target.ts'
import { ocsfTarget } from './sinks/ocsf/ocsf-target.ts'
import { openRemoteTarget } from './sinks/open-remote-target.ts'
import { stdoutTarget } from './sinks/stdout-target.ts'

export interface AuditLog {
  write(record: AuditRecord): void
  /** What somebody has done, or has become of what requests are decided by. */
  note(record: ActionRecord | ChangeRecord | LoginRecord): void
  /**
   * Asked before a request is decided. Null: its record will find room. Else true when it will, or false when after a while it
   * would still not: a request that cannot be recorded is not served.
   */
  hasCapacity(): Promise<boolean> | null
  /** Whether requests wait because what they would be recorded in is full. */
  readonly isHeldUp: boolean
  /** The last records of requests. */
  recent(asked: RecentAsked): Recent
  /** A request that is told of elsewhere, as redacted as they are. */
  redacted<One extends Sampled>(sample: One): One
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

export interface AuditOptions extends ConfiguredSinkOptions {
  /** Milliseconds for which a request waits. */
  readonly patience?: number
  /** Called with each record of a request, before it is written. It must not throw. */
  readonly onRecord?: (record: AuditRecord) => void
}

/** Rejects with `StartupError` where a key or a file cannot be had. */
export async function openAuditLog(configs: readonly AuditConfig[], log: Log, options: AuditOptions = {}): Promise<AuditLog> {
  const sinks: ConfiguredSink[] = []
  try {
    for (const config of configs) {
      // Before the file may be made: what is wrong with a key leaves nothing behind.
      const secrets = await readAuditSecrets(config)
      sinks.push(new ConfiguredSink(config, await openTarget(config, log), secrets, log, options))
    }
  } catch (error) {
    await Promise.all(sinks.map((configured) => configured.close()))
    throw error
  }
  return createAuditLog(sinks, options)
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

/** Records that are put down together: as many as are still near the processor with what they refer to. */
const TOGETHER = 64
/** Milliseconds after which they are, however few. */
const GATHER = 5
/** Bytes that they may take, as a guess: where no more is left, they are put down before that is asked. */
const ROOM = 1 << 20

export function createAuditLog(sinks: readonly ConfiguredSink[], { patience = 5000, onRecord }: AuditOptions = {}): AuditLog {
  let isClosed = false
  const recent = new RecentRecords()
  /**
   * What was recorded and is not put down. One by one, between all else that a request takes, a record costs twice as much:
   * neither the code nor the buffers are near the processor then.
   */
  let pending: AuditRecord[] = []
  let isTimed = false

  function onTime(): void {
    isTimed = false
    putDown()
  }

  function putDown(): void {
    if (pending.length === 0) return
    const records = pending
    pending = []
    for (const record of records) put(record)
  }

  function put(record: AuditRecord): void {
    let text = ''
    for (const configured of sinks) {
      if (!configured.keeps(record)) continue
      const { redaction, hasValues } = configured
      if (redaction !== null) configured.put(auditLine(redaction.of(record), redaction, hasValues))
      else if (!hasValues) configured.put(auditLine(record, null, false))
      else {
        text ||= auditLine(record)
        configured.put(text)
      }
    }
    // It holds all of a body that was read.
    record.values?.forget()
  }

  async function waitForRoom(): Promise<boolean> {
    await Promise.all(sinks.map((configured) => (configured.blocks ? configured.sink.hasCapacity(patience) : null)))
    return !sinks.some((configured) => configured.blocks)
  }

  function write(record: AuditRecord): void {
    recent.add(record)
    if (sinks.length === 0) return void record.values?.forget()
    pending.push(record)
    if (pending.length >= TOGETHER) putDown()
    else if (!isTimed) {
      isTimed = true
      setTimeout(onTime, GATHER)
    }
  }

  return {
    write:
      onRecord === undefined
        ? write
        : (record) => {
            onRecord(record)
            write(record)
          },
    note(record) {
      putDown()
      for (const configured of sinks) configured.note(record)
    },
    hasCapacity() {
      for (const configured of sinks) {
        if (pending.length > 0 && configured.sink.spare < ROOM) putDown()
        if (configured.blocks) return waitForRoom()
      }
      return null
    },
    get isHeldUp() {
      return sinks.some(({ blocks }) => blocks)
    },
    recent: (asked) => recentOf(recent, sinks, asked),
    redacted: (sample) => redactedSample(sample, sinks),
    get isFailing() {
      putDown()
      // Beside a place that nothing may be lost for, one that may lose records holds up nobody.
      const blocking = sinks.filter(({ config }) => config.whenFull === 'block')
      return isClosed || (blocking.length > 0 ? blocking : sinks).some(({ sink }) => sink.isFailing || !sink.takes)
    },
    async written() {
      putDown()
      await Promise.all(sinks.map(({ sink }) => sink.written()))
    },
    witness(file, heads) {
      putDown()
      for (const configured of sinks)
        if (configured.config.kind === 'file' && configured.config.file === file) configured.witness(heads)
    },
    reopen() {
      putDown()
      for (const { sink } of sinks) sink.reopen()
    },
    async close() {
      isClosed = true
      putDown()
      await Promise.all(sinks.map((configured) => configured.close()))
    },
    get dropped() {
      putDown()
      return sinks.reduce((sum, { dropped }) => sum + dropped, 0)
    },
    get waitingBytes() {
      putDown()
      return sinks.reduce((sum, { sink }) => sum + sink.waitingBytes, 0)
    },
  }
}
