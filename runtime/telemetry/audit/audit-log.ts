import type { Log } from '../../base/log.ts'
import { environment, StartupError } from '../../base/startup-error.ts'
import type { CallerNames } from '../../identity/caller-names.ts'
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
  /** Writes the record of an operator's action, a change of policy or data, or a login. */
  note(record: ActionRecord | ChangeRecord | LoginRecord): void
  /**
   * Waits until records can be written; must be called before a decision. Returns `null` if there is capacity now. Otherwise
   * the promise resolves to whether there was capacity in time; if not, the request must be refused.
   */
  hasCapacity(): Promise<boolean> | null
  readonly isHeldUp: boolean
  /** Returns the latest records of requests. */
  recent(asked: RecentAsked): Recent
  /** Redacts the subject and path of a request that is shown outside of the audit log, such as a sample of a changed decision. */
  redacted<One extends Sampled>(sample: One): One
  /** Whether a record may be lost now: after an error, or when the log is full or closed. */
  readonly isFailing: boolean
  written(): Promise<void>
  /**
   * Includes the chain positions of other processes in the next checkpoint of this log. Each process writes its own hash chain to
   * the file `file`; naming the ends of the others reveals truncation.
   */
  witness(file: string, heads: readonly Witnessed[]): void
  /** Reopens the files after another program has moved them (SIGHUP). */
  reopen(): void
  /** Resolves when all records are written. */
  close(): Promise<void>
  /** Number of records lost because a sink was full or rejected them. */
  readonly dropped: number
  readonly waitingBytes: number
}

export interface AuditOptions extends ConfiguredSinkOptions {
  /** Milliseconds for which a request waits until the audit log can take records. */
  readonly patience?: number
  /** Receives each record of a request before it is written. Must not throw. */
  readonly onRecord?: (record: AuditRecord) => void
  /** Names of callers, which recent records get when they are read. The log has none. */
  readonly names?: CallerNames
}

/**
 * Opens the configured sinks.
 *
 * @throws StartupError if a key or file is unavailable
 */
export async function openAuditLog(configs: readonly AuditConfig[], log: Log, options: AuditOptions = {}): Promise<AuditLog> {
  const sinks: ConfiguredSink[] = []
  try {
    for (const config of configs) {
      // Before the file is created: a bad key leaves nothing behind.
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
    // Collectors get the record or event within their own protocol.
    return config.format === 'ocsf' && config.kind !== 'otlp' ? ocsfTarget(target) : target
  } catch (error) {
    throw new StartupError([environment(`the audit log cannot be opened: ${(error as Error).message}`)])
  }
}

async function openPlace(config: AuditConfig, log: Log): Promise<LineTarget> {
  if (config.kind === 'stdout') return stdoutTarget()
  return config.kind === 'file' ? await openFileTarget(config, log) : await openRemoteTarget(config, log)
}

/** Number of records that are written together: as many as stay in processor caches. */
const TOGETHER = 64
/** Milliseconds after which fewer records are written. */
const GATHER = 5
/**
 * Estimated maximum size in bytes of the records that are written together. If less capacity is left, they are written before
 * capacity is checked.
 */
const ROOM = 1 << 20

export function createAuditLog(
  sinks: readonly ConfiguredSink[],
  { patience = 5000, onRecord, names }: AuditOptions = {},
): AuditLog {
  let isClosed = false
  const recent = new RecentRecords()
  /** Records not yet written. One by one, between other work, a record costs twice as much: code and buffers are not cached. */
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
    // It refers to the whole body.
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
    recent: (asked) => recentOf(recent, sinks, asked, names),
    redacted: (sample) => redactedSample(sample, sinks),
    get isFailing() {
      putDown()
      // A sink that may drop records delays nobody, if another must not.
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
